import { html, nothing, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { fill } from './column-state.ts';
import type { CellColumn } from './head.ts';
import { TableRows } from './table-rows.ts';
import type { Drawn } from './virtual.ts';

/** Width of a column that stands before those of the page, in pixels. */
const leadWidth = 44;
const isSame = (a: CellColumn, b: CellColumn | undefined): boolean =>
  a.column === b?.column &&
  a.part === b.part &&
  a.className === b.className &&
  a.style === b.style &&
  a.place === b.place;

/** Table base class: the frame. What is drawn in it, how wide and where it is scrolled. */
export abstract class TableFrame extends TableRows {
  static override properties: PropertyDeclarations = {
    room: { state: true },
  };

  /** Width of the frame. */
  declare protected room: number;

  /** Whether the columns have their widths from here, not from the browser. */
  protected isSized = false;
  /** Whether it is drawn anew for no more than that it is scrolled: then only the rows are. */
  protected isScrolled = false;
  /** What had the focus before it was drawn. */
  protected heldFocus: HTMLElement | null = null;
  #needed = new Map<string, number>();
  #neededRows = false;
  #widths: readonly number[] = [];
  #columns: readonly CellColumn[] = [];
  #slots = new Map<unknown, number>();
  #slotCount = 0;
  #observer: ResizeObserver | undefined;
  #isUnmeasured = false;

  constructor() {
    super();
    this.room = 0;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#observer = undefined;
  }

  override requestUpdate(...change: Parameters<TableRows['requestUpdate']>): void {
    this.isScrolled = false;
    super.requestUpdate(...change);
  }

  #drawScrolled(): void {
    const isAlone = this.isSized && (this.isScrolled || !this.isUpdatePending);
    this.requestUpdate();
    this.isScrolled = isAlone;
  }

  /** What has the focus. */
  protected get active(): HTMLElement | null {
    return (this.shadowRoot?.activeElement ?? null) as HTMLElement | null;
  }

  protected rowElements(): HTMLTableRowElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLTableRowElement>('tr[part=row]')];
  }

  get #frame(): HTMLElement | null {
    return this.renderRoot?.querySelector<HTMLElement>('.frame') ?? null;
  }

  #headings(): NodeListOf<HTMLElement> {
    return this.renderRoot.querySelectorAll<HTMLElement>('th[data-key]');
  }

  protected heading(key: string): HTMLElement | undefined {
    return [...this.#headings()].find(({ dataset }) => dataset['key'] === key);
  }

  get #wantsWidths(): boolean {
    return this.isVirtual || this.shown.some(({ width, pin }) => width !== undefined || pin !== '');
  }

  /** Whether it is being found out how wide the columns would be. */
  protected get isMeasuring(): boolean {
    return this.#wantsWidths && !this.isSized;
  }

  protected tableWidth(): string {
    return this.isSized
      ? `inline-size:${this.#widths.reduce((sum, one) => sum + one, 0) + this.lead * leadWidth}px`
      : '';
  }

  protected get lead(): number {
    return Number(this.selection === 'multiple') + Number(typeof this.renderDetail === 'function');
  }

  protected colgroup(): unknown {
    if (!this.isSized) return nothing;
    const column = (width: number): TemplateResult => html`<col .style=${`inline-size:${width}px`} />`;
    return html`<colgroup>
      ${Array.from({ length: this.lead }, () => column(leadWidth))}${this.#widths.map(column)}
    </colgroup>`;
  }

  /** The columns as their cells are drawn; the same list as before, as long as nothing of it is to be drawn anew. */
  protected cellColumns(): readonly CellColumn[] {
    const { shown, isSized } = this;
    const lead = this.lead * leadWidth;
    this.#widths = isSized ? fill(shown, this.#needed, this.room - lead) : [];
    const sum = (some: readonly number[]): number => some.reduce((all, one) => all + one, 0);
    const list = shown.map((one, at): CellColumn => {
      const { pin, isNumeric, key } = one;
      const isEdge = pin === 'start' ? shown[at + 1]?.pin !== 'start' : pin === 'end' && shown[at - 1]?.pin !== 'end';
      const inset = pin === 'start' ? lead + sum(this.#widths.slice(0, at)) : sum(this.#widths.slice(at + 1));
      return {
        ...one,
        part: `cell cell-${key}`,
        className: [
          isNumeric ? 'end' : '',
          /^(number|date|time)/.test(one.column.type ?? '') ? 'tight' : '',
          pin === '' ? '' : `pin at-${pin}`,
          isEdge ? 'edge' : '',
        ]
          .filter(Boolean)
          .join(' '),
        place: this.shown.length === this.all.length ? undefined : this.all.indexOf(one) + this.lead + 1,
        style: pin === '' || !isSized ? '' : `inset-inline-${pin}:${inset}px`,
      };
    });
    if (list.length !== this.#columns.length || !list.every((one, at) => isSame(one, this.#columns[at])))
      this.#columns = list;
    return this.#columns;
  }

  /** What a column needs: the browser is asked, in between. */
  protected contentWidth(key: string): number {
    const table = this.renderRoot.querySelector('table');
    if (table === null) return 0;
    const { className, style } = table;
    const { cssText } = style;
    table.className = 'natural';
    style.cssText = '';
    const width = this.heading(key)?.offsetWidth ?? 0;
    table.className = className;
    style.cssText = cssText;
    return width;
  }

  /** What is drawn of the rows of this page: those that are seen, and some others. */
  protected drawn(also: readonly number[]): readonly Drawn[] {
    if (!this.isVirtual) return Array.from({ length: this.count }, (_, row) => ({ row }));
    const drawn = this.virtual.drawn([...new Set(also)]);
    const keys = new Set(drawn.flatMap((one) => ('row' in one ? [this.keyAt(one.row)] : [])));
    // What no longer is drawn leaves its elements to what now is: to change a text costs less than to make a cell.
    const free = [...this.#slots].filter(([key]) => !keys.has(key)).map(([, slot]) => slot);
    const slots = new Map<unknown, number>();
    for (const key of keys) slots.set(key, this.#slots.get(key) ?? free.pop() ?? (this.#slotCount += 1));
    this.#slots = slots;
    return drawn;
  }

  /** What a row's elements are kept for. */
  protected slotOf(index: number): unknown {
    const key = this.keyAt(index);
    return this.isVirtual ? this.#slots.get(key) : key;
  }

  protected toTop(): void {
    const frame = this.#frame;
    if (frame !== null && frame.scrollTop > 0) frame.scrollTop = 0;
  }

  get #view(): number {
    const frame = this.#frame;
    return Math.max(0, (frame?.clientHeight ?? 0) - (frame?.querySelector('thead')?.offsetHeight ?? 0));
  }

  protected readonly onScroll = (): void => {
    const frame = this.#frame;
    frame?.classList.toggle('aside', frame.scrollLeft !== 0);
    if (!this.isVirtual) return;
    // Before anything is drawn: to ask for heights is free now, and would be a layout of its own afterwards.
    if (this.#isUnmeasured) this.#measureRows();
    if (this.virtual.look(frame?.scrollTop ?? 0, this.#view)) this.#drawScrolled();
    this.note();
  };

  protected scrollToRow(index: number): void {
    const to = this.virtual.scrollTo(index);
    const frame = this.#frame;
    if (frame !== null && to !== undefined) frame.scrollTop = to;
    this.onScroll();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.heldFocus = this.active;
    if (this.count > 0 && !this.#neededRows) {
      this.#needed = new Map();
      this.#neededRows = true;
    }
    this.isSized =
      this.#wantsWidths &&
      this.room > 0 &&
      this.shown.every(({ key, width }) => width !== undefined || this.#needed.has(key));
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const frame = this.#frame;
    if (frame === null) return;
    if (this.#observer === undefined && this.isConnected) {
      this.#observer = new ResizeObserver(() => this.#resized());
      this.#observer.observe(frame);
    }
    if (this.#wantsWidths && !this.isScrolled) this.#measureWidths(frame);
    else if (this.room === 0) this.room = frame.clientWidth;
    this.#isUnmeasured = true;
    if (!this.isVirtual || this.isScrolled) return;
    const held = changed.has('rows') && frame.scrollTop > 0 ? this.held() : undefined;
    // What is read stays where it is.
    if (held !== undefined && Math.abs(held - frame.scrollTop) >= 1) frame.scrollTop = held;
    this.#measureRows();
  }

  #resized(): void {
    const frame = this.#frame;
    if (frame === null) return;
    const measure = (): unknown => (this.room = frame.clientWidth);
    // Where the browser finds the widths, more room can mean fewer lines: what it changes is not to call the observer again.
    if (this.isSized) measure();
    else requestAnimationFrame(measure);
    if (this.isVirtual && this.virtual.look(frame.scrollTop, this.#view)) this.requestUpdate();
  }

  #measureWidths(frame: HTMLElement): void {
    // What is not shown has no width; the observer tells when it is.
    if (frame.clientWidth === 0) return;
    if (this.isMeasuring)
      for (const heading of this.#headings())
        this.#needed.set(String(heading.dataset['key']), Math.ceil(heading.getBoundingClientRect().width));
    if (this.room !== frame.clientWidth) this.room = frame.clientWidth;
    else if (!this.isSized) this.requestUpdate();
  }

  protected readonly onScrollend = (): void => {
    if (this.isVirtual) this.#measureRows();
  };

  #measureRows(): void {
    const frame = this.#frame;
    if (frame === null) return;
    this.#isUnmeasured = false;
    const heights = this.rowElements().map((row) => {
      const detail = row.nextElementSibling;
      const more = detail?.className === 'detail' ? detail.getBoundingClientRect().height : 0;
      return [Number(Reflect.get(row, 'at')), row.getBoundingClientRect().height + more] as const;
    });
    const { moved, isChanged } = this.virtual.measure(heights);
    if (Math.abs(moved) >= 1) frame.scrollTop += moved;
    if (this.virtual.look(frame.scrollTop, this.#view) || isChanged) this.requestUpdate();
    this.note();
  }
}
