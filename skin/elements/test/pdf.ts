/** A page of a test document. */
export interface TestPage {
  /** Lines of text, from the top. */
  readonly lines: readonly string[];
  /** Where a link on the first line leads: an address, or the number of a page. */
  readonly link?: string | number;
  /** Width and height in points. Default 300 by 400. */
  readonly size?: readonly [number, number];
}

const latin = (text: string): Uint8Array => Uint8Array.from(text, (sign) => sign.charCodeAt(0));
const string = (text: string): string => `(${text.replaceAll(/[\\()]/g, (sign) => `\\${sign}`)})`;

const action = (link: string | number): string =>
  typeof link === 'number' ? `/Dest [${3 + (link - 1) * 3} 0 R /Fit]` : `/A << /S /URI /URI ${string(link)} >>`;

/** The bytes of a small PDF, with text in a standard font, links, a title and an outline of its pages. */
export const makePdf = (pages: readonly TestPage[], title = 'Test', lock = ''): Uint8Array<ArrayBuffer> => {
  const count = pages.length;
  // 1 catalogue, 2 pages, then page, content and link of each, then font, outline and its entries, information.
  const font = 3 + count * 3;
  const outline = font + 1;
  const info = outline + 1 + count;
  const bodies: string[] = [
    `<< /Type /Catalog /Pages 2 0 R /Outlines ${outline} 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>`,
    `<< /Type /Pages /Count ${count} /Kids [${pages.map((_, at) => `${3 + at * 3} 0 R`).join(' ')}] >>`,
  ];
  for (const [at, { lines, link, size: [width, height] = [300, 400] }] of pages.entries()) {
    const id = 3 + at * 3;
    const text = lines
      .map((line, row) => `BT /F 18 Tf 40 ${height - 60 - row * 30} Td ${string(line)} Tj ET`)
      .join('\n');
    bodies.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents ${id + 1} 0 R /Resources << /Font << /F ${font} 0 R >> >>${link === undefined ? '' : ` /Annots [${id + 2} 0 R]`} >>`,
      `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
      link === undefined
        ? 'null'
        : `<< /Type /Annot /Subtype /Link /Border [0 0 0] /Rect [40 ${height - 65} 140 ${height - 40}] ${action(link)} >>`,
    );
  }
  bodies.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  bodies.push(`<< /Type /Outlines /First ${outline + 1} 0 R /Last ${outline + count} 0 R /Count ${count} >>`);
  for (const at of pages.keys()) {
    const [before, after] = [
      at === 0 ? '' : `/Prev ${outline + at} 0 R`,
      at + 1 === count ? '' : `/Next ${outline + at + 2} 0 R`,
    ];
    bodies.push(
      `<< /Title (Chapter ${at + 1}) /Parent ${outline} 0 R /Dest [${3 + at * 3} 0 R /Fit] ${before} ${after} >>`,
    );
  }
  bodies.push(`<< /Title ${string(title)} >>`);
  if (lock !== '') bodies.push(lock);
  let text = '%PDF-1.7\n';
  const offsets = bodies.map((body, at) => {
    const offset = text.length;
    text += `${at + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const start = text.length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 ${bodies.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${bodies.length + 1} /Root 1 0 R /Info ${info} 0 R${lock === '' ? '' : ` /Encrypt ${bodies.length} 0 R /ID [<00> <00>]`} >>\nstartxref\n${start}\n%%EOF\n`;
  return new Uint8Array(latin(text));
};

const hex = (...parts: readonly Uint8Array[]): string =>
  `<${parts.flatMap((part) => Array.from(part, (byte) => byte.toString(16).padStart(2, '0'))).join('')}>`;
const digest = async (...parts: readonly Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(parts.flatMap((part) => [...part]))));
const wrap = async (bytes: Uint8Array<ArrayBuffer>, secret: Uint8Array<ArrayBuffer>): Promise<Uint8Array> => {
  const key = await crypto.subtle.importKey('raw', secret, 'AES-CBC', false, ['encrypt']);
  const iv = new Uint8Array(16);
  return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, key, bytes)).slice(0, 32);
};

/**
 * A document that asks for a password, by the standard security handler's revision 5 (AES-256). What it holds is left
 * as it is (its filters are /Identity): only the asking is tested.
 */
export const makeLockedPdf = async (pages: readonly TestPage[], password: string): Promise<Uint8Array<ArrayBuffer>> => {
  const word = new TextEncoder().encode(password);
  const [key, check, salt] = [latin('k'.repeat(32)), latin('12345678'), latin('abcdefgh')].map(
    (one) => new Uint8Array(one),
  );
  if (key === undefined || check === undefined || salt === undefined) throw new Error('There is no key.');
  const user = [await digest(word, check), check, salt] as const;
  const owner = [await digest(latin('owner'), check, ...user), check, salt];
  const [userKey, ownerKey] = [
    await wrap(key, await digest(word, salt)),
    await wrap(key, await digest(latin('owner'), salt, ...user)),
  ];
  const lock = `<< /Filter /Standard /V 5 /R 5 /Length 256 /P -4 /U ${hex(...user)} /O ${hex(...owner)} /UE ${hex(userKey)} /OE ${hex(ownerKey)} /Perms ${hex(new Uint8Array(16))} /CF << /StdCF << /CFM /AESV3 /AuthEvent /DocOpen /Length 32 >> >> /StmF /Identity /StrF /Identity >>`;
  return makePdf(pages, 'Locked', lock);
};
