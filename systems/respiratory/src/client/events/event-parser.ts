/** An event as it came. */
export interface RawEvent {
  /** `message` when it has no name. */
  readonly event: string;
  readonly data: string;
}

/**
 * Reads server-sent events from pieces of text, however they are cut.
 *
 * @see HTML Standard, section 9.2.6
 */
export class EventParser {
  readonly #decoder = new TextDecoder();
  readonly #maxLength: number;
  #text = '';
  #event = '';
  #data: string[] = [];
  #length = 0;
  /** Whether the last line ended with a carriage return: a line feed after it belongs to it. */
  #endedWithReturn = false;
  /** Id of the last event that had one; it stays until another comes. */
  lastEventId: string;
  /** How long to wait before a reconnection, when the server says so. */
  retryMs: number | undefined;

  /** @param maxLength most characters of an event. */
  constructor(maxLength: number, lastEventId = '') {
    this.#maxLength = maxLength;
    this.lastEventId = lastEventId;
  }

  /** Whether an event has become longer than it may. */
  get isTooLong(): boolean {
    return this.#length + this.#text.length > this.#maxLength;
  }

  /** The events that are complete with this piece. */
  *push(piece: Uint8Array): Generator<RawEvent> {
    let text = this.#decoder.decode(piece, { stream: true });
    if (text === '') return;
    if (this.#endedWithReturn && text.startsWith('\n')) text = text.slice(1);
    this.#endedWithReturn = text.endsWith('\r');
    const lines = (this.#text + text).split(/\r\n|\n|\r/);
    this.#text = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        const event = this.#dispatch();
        if (event !== undefined) yield event;
      } else this.#field(line);
      if (this.isTooLong) return;
    }
  }

  #dispatch(): RawEvent | undefined {
    const [event, data] = [this.#event === '' ? 'message' : this.#event, this.#data];
    this.#event = '';
    this.#data = [];
    this.#length = 0;
    return data.length === 0 ? undefined : { event, data: data.join('\n') };
  }

  #field(line: string): void {
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    this.#length += value.length;
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#event = value;
    else if (name === 'id' && !value.includes('\0')) this.lastEventId = value;
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) this.retryMs = Number(value);
  }
}
