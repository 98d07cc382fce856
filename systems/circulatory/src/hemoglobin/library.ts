import { OptionError } from '@organism/cell';
import { createRequire } from 'node:module';

/**
 * An optional library, loaded when a codec is made that needs it: a codec is synchronous, so `import()` is not for it.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` when it is not installed.
 */
export const load = (name: string, format: string): unknown => {
  try {
    return createRequire(import.meta.url)(name);
  } catch {
    throw new OptionError('format', `one whose library is installed (npm install ${name.split('/wire')[0]})`, format);
  }
};
