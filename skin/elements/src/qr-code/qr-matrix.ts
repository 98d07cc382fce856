import type library from 'qrcode-generator';

/** How much of a code may be lost: 7, 15, 25 or 30 percent. */
export type QrLevel = 'L' | 'M' | 'Q' | 'H';

const modeOf = (text: string): 'Numeric' | 'Alphanumeric' | 'Byte' => {
  if (/^\d+$/.test(text)) return 'Numeric';
  return /^[\dA-Z $%*+\-./:]+$/.test(text) ? 'Alphanumeric' : 'Byte';
};

/** A text's bytes in UTF-8, each as one character: what the library takes, whatever its encoding is set to. */
const toBytes = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');

/**
 * The modules of a QR code, row by row, true where dark; in the smallest version that holds the text.
 *
 * @returns undefined when no version holds it.
 * @see ISO/IEC 18004
 */
export const qrMatrix = (
  qrcode: typeof library,
  text: string,
  level: QrLevel,
): readonly (readonly boolean[])[] | undefined => {
  const code = qrcode(0, level);
  const mode = modeOf(text);
  code.addData(mode === 'Byte' ? toBytes(text) : text, mode);
  try {
    code.make();
  } catch {
    return undefined;
  }
  const count = code.getModuleCount();
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length: count }, (__, column) => code.isDark(row, column)),
  );
};
