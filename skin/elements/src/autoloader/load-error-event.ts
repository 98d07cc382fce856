/** Told on the document when an element could not be loaded. It is tried again the next time its tag appears. */
export class LoadErrorEvent extends Event {
  /** Name of the event. */
  static readonly type = 'skin-load-error';
  /** Tag that stays undefined. */
  readonly tag: string;
  /** Address of its module. */
  readonly url: string;
  /** What the import was refused with. */
  readonly error: unknown;

  constructor(tag: string, url: string, error: unknown) {
    super(LoadErrorEvent.type);
    this.tag = tag;
    this.url = url;
    this.error = error;
  }
}

declare global {
  interface DocumentEventMap {
    'skin-load-error': LoadErrorEvent;
  }
}
