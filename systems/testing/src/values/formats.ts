import * as fc from 'fast-check';

interface Format {
  readonly values: () => fc.Arbitrary<string>;
  readonly test: (text: string) => boolean;
}

const days = '(?:0[1-9]|[12]\\d|3[01])';
const date = new RegExp(`^\\d{4}-(?:0[1-9]|1[0-2])-${days}$`);
const time = /^(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const hostname = new RegExp(`^(?=.{1,253}$)${label}(?:\\.${label})*$`, 'i');
const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';

const isDate = (text: string): boolean => {
  const midnight = date.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // Date.parse turns 31 February into March.
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(text);
};

const isDateTime = (text: string): boolean => {
  const [day = '', clock = '', ...rest] = text.split(/[Tt]/);
  return rest.length === 0 && isDate(day) && time.test(clock);
};

const isIpv6 = (text: string): boolean => /^[0-9a-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]`);

const instants = (): fc.Arbitrary<string> =>
  fc
    .date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2100-01-01T00:00:00Z'), noInvalidDate: true })
    .map((instant) => instant.toISOString());

/** The ways in which profiles of RFC 3339 write one instant. */
const dateTimes = (): fc.Arbitrary<string> => {
  const endings = ['Z', '', '+00:00', '-09:30', '+02:00'];
  const digits = [':00', ':00.0', ':00.123', ':00.123456', ':00.123456789', ''];
  return fc.oneof(
    instants(),
    fc
      .tuple(instants(), fc.constantFrom(...digits), fc.constantFrom(...endings))
      .map(([instant, fraction, ending]) => `${instant.slice(0, 16)}${fraction}${ending}`),
  );
};

const hex = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length })
    .map((list) => list.join(''));

const base64Url = (text: string): string => btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

const jwts = (): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom('HS256', 'RS256', 'ES256'), fc.uuid(), hex(43))
    .map(
      ([alg, sub, signature]) =>
        `${base64Url(JSON.stringify({ alg, typ: 'JWT' }))}.${base64Url(JSON.stringify({ sub }))}.${signature}`,
    );

const durations = (): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(20), fc.nat(30), fc.nat(23), fc.nat(59))
    .map(([months, daysLong, hours, minutes]) => `P${months}M${daysLong}DT${hours}H${minutes}M`);

const formats: ReadonlyMap<string, Format> = new Map(
  Object.entries({
    'date-time': { values: dateTimes, test: isDateTime },
    date: { values: () => instants().map((text) => text.slice(0, 10)), test: isDate },
    time: { values: () => instants().map((text) => text.slice(11)), test: (text) => time.test(text) },
    duration: {
      values: durations,
      test: (text) => /^P(?!$)(\d+W|(\d+Y)?(\d+M)?(\d+D)?(T(?!$)(\d+H)?(\d+M)?(\d+S)?)?)$/.test(text),
    },
    email: { values: () => fc.emailAddress(), test: (text) => /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text) },
    hostname: { values: () => fc.domain(), test: (text) => hostname.test(text) },
    ipv4: { values: () => fc.ipV4(), test: (text) => new RegExp(`^${octet}(?:\\.${octet}){3}$`).test(text) },
    ipv6: { values: () => fc.ipV6(), test: isIpv6 },
    uri: { values: () => fc.webUrl({ withQueryParameters: true }), test: (text) => URL.canParse(text) },
    uuid: { values: () => fc.uuid(), test: (text) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) },
    base64: {
      values: () => fc.base64String(),
      test: (text) => /^(?:[\w+/]{4})*(?:[\w+/]{2}==|[\w+/]{3}=)?$/.test(text),
    },
    jwt: { values: jwts, test: (text) => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text) },
    emoji: { values: () => fc.constantFrom('🌋', '🌊', '🎉', '👍🏽', '🇵🇹'), test: (text) => /\p{Emoji}/u.test(text) },
  } satisfies Record<string, Format>),
);

/** Texts in a format; undefined for a format that is not known. */
export const formatValues = (format: string): fc.Arbitrary<string> | undefined => formats.get(format)?.values();

/** Whether a text is in a format; formats that are not known take anything, as JSON Schema has it. */
export const fitsFormat = (format: string | undefined, text: string): boolean =>
  format === undefined || (formats.get(format)?.test(text) ?? true);
