import { OrganismError } from '@organism/cell';

/** Longest text of one feature, and of all that is around the features, in UTF-16 units. */
const maxLength = 2 ** 18;

const unreadable = (message: string, cause?: unknown): OrganismError =>
  new OrganismError('SEISMIC_FEED_UNREADABLE', message, { status: 422, ...(cause !== undefined && { cause }) });

const whyOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown error');

const [quote, comma, opensList, backslash, closesList, opensObject, closesObject] = [...'",[\\]{}'].map((one) =>
  one.charCodeAt(0),
);

/** Finds the features in a text that comes in pieces: of the whole no more is kept than one feature and what is around. */
class FeatureScanner {
  #depth = 0;
  #isString = false;
  #isEscaped = false;
  /** Within the list of features. */
  #isList = false;
  #lists = 0;
  #count = 0;
  #feature = '';
  /** The document without its features: it tells whether the rest is JSON. */
  #frame = '';

  /** Takes a piece, and gives the features that end in it. */
  *push(text: string): Generator<unknown> {
    let kept = 0;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (this.#isString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (unit === backslash) this.#isEscaped = true;
        else if (unit === quote) this.#isString = false;
      } else if (unit === quote) this.#isString = true;
      else if (unit === opensObject || unit === opensList) {
        this.#depth += 1;
        if (unit !== opensList || this.#depth !== 2 || this.#isList) continue;
        const start = kept;
        if (!this.#isNamed(text.slice(start, index))) continue;
        this.#keep(text.slice(kept, index + 1));
        kept = index + 1;
        this.#isList = true;
        this.#lists += 1;
      } else if (unit === closesObject || unit === closesList) {
        this.#depth -= 1;
        if (!this.#isList || this.#depth !== 1) continue;
        this.#keep(text.slice(kept, index));
        kept = index;
        if (this.#count > 0 || this.#feature.trim() !== '') yield this.#take();
        this.#isList = false;
      } else if (unit === comma && this.#isList && this.#depth === 2) {
        this.#keep(text.slice(kept, index));
        kept = index + 1;
        yield this.#take();
      }
    }
    this.#keep(text.slice(kept));
  }

  /** Whether what comes now is the value of the key "features". */
  #isNamed(text: string): boolean {
    return /(?<!\\)"features"\s*:\s*$/.test((this.#frame + text).slice(-1000));
  }

  #keep(text: string): void {
    if (this.#isList) this.#feature += text;
    else this.#frame += text;
    if (this.#feature.length <= maxLength && this.#frame.length <= maxLength) return;
    throw unreadable(
      this.#isList
        ? `Feature ${this.#count} is longer than ${maxLength / 1024} KiB.`
        : `What is around the features is longer than ${maxLength / 1024} KiB.`,
    );
  }

  #take(): unknown {
    const text = this.#feature;
    this.#feature = '';
    this.#count += 1;
    try {
      return JSON.parse(text);
    } catch (error) {
      throw unreadable(`Feature ${this.#count - 1} is not JSON: ${whyOf(error)}`, error);
    }
  }

  /** The end: what was around the features must have been a document. */
  end(): void {
    if (this.#isList) throw unreadable(`The file ends in the middle of feature ${this.#count}.`);
    let frame: unknown;
    try {
      frame = JSON.parse(this.#frame);
    } catch (error) {
      throw unreadable(`The file is not JSON: ${whyOf(error)}`, error);
    }
    if (this.#lists === 1 && typeof frame === 'object' && frame !== null && 'features' in frame) return;
    throw unreadable('The file must be a GeoJSON FeatureCollection with one list "features".');
  }
}

/**
 * The features of a GeoJSON document, read as a stream: of any size, it needs the memory of one feature.
 *
 * @throws {OrganismError} `SEISMIC_FEED_UNREADABLE` for what is not UTF-8, not JSON, or not a FeatureCollection, when the
 *   reader gets there.
 */
export const featuresOf = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const scanner = new FeatureScanner();
  const decode = (chunk?: Uint8Array): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (error) {
      throw unreadable('The file is not text in UTF-8.', error);
    }
  };
  for await (const chunk of chunks) yield* scanner.push(decode(chunk));
  yield* scanner.push(decode());
  scanner.end();
};
