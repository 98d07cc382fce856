/** Why a file was not taken. */
export type FileRefusal = 'type' | 'size' | 'count';

/** What files are taken. */
export interface FileRules {
  /** As of a native file input: `image/*,.pdf`. */
  readonly accept: string;
  /** Largest file, in bytes. */
  readonly maxBytes: number | undefined;
  /** Most files. */
  readonly maxFiles: number | undefined;
}

/** Whether a file is of a type in a list such as `image/*,.pdf`. An empty list takes all. */
export const isAccepted = (file: Pick<File, 'name' | 'type'>, accept: unknown): boolean => {
  const types = String(accept ?? '')
    .toLowerCase()
    .split(',')
    .map((one) => one.trim())
    .filter((one) => /[./]/.test(one));
  const name = file.name.toLowerCase();
  const type = file.type.toLowerCase();
  return (
    types.length === 0 ||
    types.some((one) => {
      if (one.startsWith('.')) return name.endsWith(one);
      return one.endsWith('/*') ? one === '*/*' || type.startsWith(one.slice(0, -1)) : type === one;
    })
  );
};

/** Why a file is not taken besides those that there are, or undefined. */
export const findRefusal = (file: File, present: number, rules: FileRules): FileRefusal | undefined => {
  if (!isAccepted(file, rules.accept)) return 'type';
  if (file.size > (rules.maxBytes ?? Infinity)) return 'size';
  return present >= (rules.maxFiles ?? Infinity) ? 'count' : undefined;
};

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/** A number of bytes in the words of a language, in powers of a thousand: `1.2 MB`. */
export const formatBytes = (bytes: number, locale: string): string => {
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** power);
};
