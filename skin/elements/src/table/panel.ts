import type { html as litHtml, nothing as litNothing, TemplateResult } from 'lit';
import type { live as litLive } from 'lit/directives/live.js';
import { regular } from '../base/options.ts';
import type { ShownColumn } from './column-state.ts';
import type { ColumnTools } from './column-tools.ts';
import type { TableFilter } from './filter.ts';
import type { TableQuery } from './row-list.ts';
import type { TableSort } from './sort.ts';
import type { ColumnFeature } from './table-data.ts';

/** The panel is loaded when it is first opened, maybe as a bundle of its own: it draws with the Lit that the table has. */
export interface PanelLit {
  readonly html: typeof litHtml;
  readonly nothing: typeof litNothing;
  readonly live: typeof litLive;
}

const english = {
  yes: 'Yes',
  no: 'No',
  sortUp: 'Sort ascending',
  sortDown: 'Sort descending',
  filter: 'Filter',
  contains: 'Contains',
  atLeast: 'At least',
  atMost: 'At most',
  fromDay: 'From',
  untilDay: 'Until',
  pinStart: 'Pin to start',
  pinEnd: 'Pin to end',
  moveEarlier: 'Move earlier',
  moveLater: 'Move later',
  wider: 'Wider',
  narrower: 'Narrower',
  fitColumn: 'Fit to content',
  hideColumn: 'Hide column',
} as const;
type PanelWord = keyof typeof english;

/** The table, as its panel sees it. */
export interface PanelHost extends PanelLit {
  /** Column whose panel it is; an empty text for the list of columns. */
  readonly key: string;
  readonly all: readonly ShownColumn[];
  readonly shown: readonly ShownColumn[];
  readonly query: TableQuery;
  readonly tools: ColumnTools;
  readonly term: (name: PanelWord, english: string) => string;
  readonly can: (feature: ColumnFeature, column: ShownColumn) => boolean;
  readonly onSort: (sort: readonly TableSort[]) => void;
  readonly onFilter: (key: string, change: Partial<TableFilter>) => void;
  readonly onHide: (key: string) => void;
}

const valueOf = (event: Event): string => (event.target as HTMLInputElement).value;

const numberIn = (event: Event): number | undefined => {
  const { valueAsNumber } = event.target as HTMLInputElement;
  return Number.isNaN(valueAsNumber) ? undefined : valueAsNumber;
};

const field = (
  { html, nothing, live }: PanelLit,
  label: string,
  type: string,
  value: unknown,
  onInput: (event: Event) => void,
): TemplateResult =>
  html`<label class="field"
    >${label}<input
      type=${type}
      step=${type === 'number' ? 'any' : nothing}
      .value=${live(String(value ?? ''))}
      @input=${onInput}
  /></label>`;

const box = (
  { html, live }: PanelLit,
  label: string,
  isOn: boolean,
  onChange: () => void,
  isLocked = false,
): TemplateResult =>
  html`<label class="check"
    ><input type="checkbox" ?disabled=${isLocked} .checked=${live(isOn)} @change=${onChange} />${label}</label
  >`;

const filterFields = (host: PanelHost, { column, key }: ShownColumn): unknown => {
  const { type, options } = column;
  const filter = host.query.filters.find((one) => one.key === key);
  const change = (to: Partial<TableFilter>): void => host.onFilter(key, to);
  const say = (word: PanelWord): string => host.term(word, english[word]);
  if (type === 'number')
    return [
      field(host, say('atLeast'), 'number', filter?.min, (event) => change({ min: numberIn(event) as number })),
      field(host, say('atMost'), 'number', filter?.max, (event) => change({ max: numberIn(event) as number })),
    ];
  if (type === 'date' || type === 'datetime')
    return [
      field(host, say('fromDay'), 'date', filter?.from, (event) => change({ from: valueOf(event) })),
      field(host, say('untilDay'), 'date', filter?.until, (event) => change({ until: valueOf(event) })),
    ];
  const choices =
    type === 'boolean'
      ? [
          { value: 'true', label: say('yes') },
          { value: 'false', label: say('no') },
        ]
      : type === 'choice'
        ? regular(options)
        : [];
  if (choices.length === 0)
    return field(host, say('contains'), 'search', filter?.contains, (event) => change({ contains: valueOf(event) }));
  const chosen = new Set((filter?.oneOf ?? []).map(String));
  const toggle = (value: string): void => {
    if (!chosen.delete(value)) chosen.add(value);
    change({ oneOf: (chosen.size > 0 ? [...chosen] : undefined) as readonly string[] });
  };
  return choices.map(({ value, label }) => box(host, label ?? value, chosen.has(value), () => toggle(value)));
};

/** Which columns are shown: a box for each. */
const columnsPanel = (host: PanelHost): TemplateResult =>
  host.html`<div class="group">
    ${host.all.map((one) => {
      const isLocked = !host.can('hideable', one) || (!one.isHidden && host.shown.length <= 1);
      return box(host, one.label, !one.isHidden, () => host.tools.hide(one.key, !one.isHidden), isLocked);
    })}
  </div>`;

/** What is done to a column: sort, filter, width, place, edge. */
const columnPanel = (host: PanelHost, shown: ShownColumn): TemplateResult => {
  const { html, nothing, tools, query } = host;
  const { key, pin } = shown;
  const say = (word: PanelWord): string => host.term(word, english[word]);
  const button = (word: PanelWord, act: () => void, isOn?: boolean): TemplateResult =>
    html`<button type="button" aria-pressed=${isOn === undefined ? nothing : String(isOn)} @click=${act}>
      ${say(word)}
    </button>`;
  const order = (word: PanelWord, direction: TableSort['direction']): TemplateResult => {
    const isOn = query.sort.find((one) => one.key === key)?.direction === direction;
    const without = query.sort.filter((one) => one.key !== key);
    return button(word, () => host.onSort(isOn ? without : [{ key, direction }]), isOn);
  };
  const edge = (word: PanelWord, to: 'start' | 'end'): TemplateResult =>
    button(word, () => tools.pin(key, pin === to ? '' : to), pin === to);
  const groups: readonly (readonly [ColumnFeature, () => unknown])[] = [
    ['sortable', () => [order('sortUp', 'ascending'), order('sortDown', 'descending')]],
    [
      'filterable',
      () =>
        html`<fieldset>
          <legend>${say('filter')}</legend>
          ${filterFields(host, shown)}
        </fieldset>`,
    ],
    ['pinnable', () => [edge('pinStart', 'start'), edge('pinEnd', 'end')]],
    [
      'reorderable',
      () => [button('moveEarlier', () => tools.shift(key, -1)), button('moveLater', () => tools.shift(key, 1))],
    ],
    [
      'resizable',
      () => [
        button('wider', () => tools.widen(key, 2)),
        button('narrower', () => tools.widen(key, -2)),
        button('fitColumn', () => tools.fit(key)),
      ],
    ],
    ['hideable', () => button('hideColumn', () => host.onHide(key))],
  ];
  return html`${groups
    .filter(([feature]) => host.can(feature, shown))
    .map(([, draw]) => html`<div class="group">${draw()}</div>`)}`;
};

/** What stands in the panel: the tools of a column, or the list of columns. */
export const panelOf = (host: PanelHost): unknown => {
  if (host.key === '') return columnsPanel(host);
  const shown = host.shown.find(({ key }) => key === host.key);
  return shown === undefined ? host.nothing : columnPanel(host, shown);
};

/** Opens the panel below its button: by CSS where the browser can, else where there is room now. */
export const openPanel = (panel: HTMLElement, button: HTMLElement): void => {
  panel.showPopover({ source: button });
  if (CSS.supports('position-area: block-end')) return;
  const { left, bottom } = button.getBoundingClientRect();
  const within = (at: number, room: number): number => Math.max(8, Math.min(at, room - 8));
  const x = within(left, innerWidth - panel.offsetWidth);
  const y = within(bottom, innerHeight - panel.offsetHeight);
  panel.style.inset = `${y}px auto auto ${x}px`;
};
