import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { interactively } from '../base/interaction.ts';
import { SkinCell } from '../base/skin-cell.ts';
import { term } from '../base/terms.ts';
import type { FormTendon } from './bind.ts';
import { drawField, FormControls, type FormElement } from './draw.ts';
import { formStyles } from './form.styles.ts';
import { issuesIn } from './issues.ts';
import {
  type FormCheck,
  type FormIssue,
  type FormJsonSchema,
  type FormNode,
  type FormShape,
  inWords,
  nodeOf,
} from './schema.ts';
import {
  asList,
  childOf,
  type FormPath,
  initialOf,
  isTouched,
  replaceAt,
  toPointer,
  valueOf,
  variantOf,
} from './state.ts';

export type { FormTendon } from './bind.ts';
export type { FormCheck, FormIssue, FormJsonSchema, FormShape } from './schema.ts';

const deepest = 8;

/**
 * Form, drawn from a shape: a `Bone`, or a JSON Schema. Labels, help and rules come from its metadata; groups, lists,
 * and the fields of the variant that was chosen are drawn in turn. What it sends is checked by the Bone first; what is
 * wrong, there or in the answer, is shown at its field. The page imports the elements that the fields need.
 *
 * @tag skin-form
 * @slot - More content before the buttons.
 * @fires input - At each change of a field.
 * @fires send - Before the values are sent; `detail.value` as entered, `detail.parsed`. Cancelable.
 * @fires success - When they have been taken; `detail.output` is what the operation gave.
 * @fires failure - When they have not; `detail.error`.
 * @csspart form - The native form.
 * @csspart group - A group of fields.
 * @csspart errors - What is wrong with no field of its own.
 * @csspart actions - The buttons.
 * @cssState busy - The values are being sent.
 */
export class FormCell extends SkinCell {
  static override styles: CSSResultGroup = [SkinCell.styles, formStyles];
  static override properties: PropertyDeclarations = {
    bone: { attribute: false },
    tendon: { attribute: false },
    value: { attribute: false, noAccessor: true },
    submitLabel: { attribute: 'submit-label' },
    isBusy: { state: true },
    errors: { state: true },
  };

  /** What the form is drawn from. A tendon brings its own. */
  declare bone: FormShape | FormJsonSchema | undefined;
  /** Where the values go; see `bindForm`. Without one, listen to `send`. */
  declare tendon: FormTendon | undefined;
  /** Text of the button. Default “Send”. */
  declare submitLabel: string;
  declare protected isBusy: boolean;
  declare protected errors: readonly string[];
  #root: FormNode | undefined;
  #state: unknown;
  #given: unknown;
  #abort: AbortController | undefined;
  readonly #controls = new FormControls();

  constructor() {
    super();
    this.submitLabel = '';
    this.isBusy = false;
    this.errors = [];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop();
  }

  #stop(): void {
    this.#abort?.abort();
    this.isBusy = false;
  }

  get #shape(): FormShape | FormJsonSchema | undefined {
    return this.tendon?.bone ?? this.bone;
  }

  #plan(): FormNode | undefined {
    if (this.#root !== undefined) return this.#root;
    const shape = this.#shape;
    if (typeof shape !== 'object' || shape === null) return undefined;
    const schema =
      typeof shape.toJSONSchema === 'function' ? (shape as FormShape).toJSONSchema({ io: 'input' }) : shape;
    this.#root = nodeOf(schema as FormJsonSchema, schema as FormJsonSchema);
    this.#state = this.#given ?? initialOf(this.#root);
    return this.#root;
  }

  /** The values as JSON: without what was left empty. Setting it sets what a reset goes back to, too. */
  get value(): unknown {
    const plan = this.#plan();
    return plan === undefined ? this.#given : valueOf(plan, this.#state);
  }
  set value(value: unknown) {
    this.#given = value ?? undefined;
    this.#state = this.#given ?? (this.#root && initialOf(this.#root));
    this.requestUpdate('value');
  }

  get #form(): HTMLFormElement | null {
    return this.renderRoot?.querySelector('form') ?? null;
  }

  /** Checks the fields, and sends the values, as the button does. */
  submit(): void {
    const form = this.#form;
    if (form !== null) interactively(() => form.requestSubmit());
  }

  /** Puts back what the form began with. */
  reset(): void {
    this.#stop();
    this.#form?.reset();
    const plan = this.#plan();
    this.#state = this.#given ?? (plan && initialOf(plan));
    this.errors = [];
    this.requestUpdate();
  }

  /** Shows what is wrong, each at its field, and above the buttons what has none; the first field takes the focus. */
  showIssues(issues: readonly FormIssue[]): void {
    const controls = [...this.renderRoot.querySelectorAll<FormElement>('[data-at]')];
    const found = new Set<FormElement>();
    const rest: string[] = [];
    for (const { pointer, message } of issues) {
      // What is wrong within a value that has one control is wrong with that; of several, the first counts.
      const control = controls.find(({ dataset: { at } }) => `${pointer}/`.startsWith(`${at}/`));
      if (control?.setCustomError === undefined) rest.push(message);
      else if (found.size < found.add(control).size) control.setCustomError(message);
    }
    this.errors = rest;
    const first = controls.find((control) => found.has(control));
    first?.focus();
    if (first === undefined)
      void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[role=alert]')?.focus());
  }

  async #send(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    this.errors = [];
    const abort = (this.#abort = new AbortController());
    try {
      const entered = this.value;
      const shape = this.#shape as Partial<FormShape> | undefined;
      const checked: FormCheck = (await shape?.safeParseAsync?.(entered)) ?? { ok: true, value: entered };
      if (abort.signal.aborted) return;
      if (!checked.ok) return this.showIssues(checked.issues);
      const { value: parsed } = checked;
      if (!this.emit('send', { value: entered, parsed }, { cancelable: true }) || this.tendon === undefined) return;
      const output = await this.tendon.submit(entered, parsed, abort.signal);
      if (!abort.signal.aborted) this.emit('success', { output });
    } catch (error) {
      if (abort.signal.aborted) return;
      const issues = issuesIn(error);
      const { publicMessage } = Object(error) as { readonly publicMessage?: unknown };
      const failed = term(this, 'formFailed', 'Failed. Try again.');
      // A field's own error says more than the sentence over all.
      this.showIssues(
        issues.length > 0
          ? issues
          : [{ pointer: '', message: typeof publicMessage === 'string' ? publicMessage : failed }],
      );
      this.emit('failure', { error });
    } finally {
      if (this.#abort === abort) this.isBusy = false;
    }
  }

  #edit(path: FormPath, change: (old: unknown) => unknown): void {
    this.#state = replaceAt(this.#state, path, change);
    this.requestUpdate();
  }

  /** The controls of a list are made anew: what was said of them may no longer hold. */
  #resize(path: FormPath, change: (list: readonly unknown[]) => unknown[], focus: string): void {
    this.#controls.forget(path);
    this.#edit(path, (list) => change(asList(list)));
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(focus)?.focus());
  }

  #group(node: FormNode, path: FormPath, content: unknown, label: string = node.label): TemplateResult {
    const { help } = node;
    if (path.length === 0) return html`${content}`;
    return html`<fieldset part="group">
      <legend>${label}</legend>
      ${help ? html`<p>${help}</p>` : nothing} ${content}
    </fieldset>`;
  }

  /** The parts of a group. Where it may be left out and nothing was given yet, nothing in it must be. */
  #children(node: FormNode & { kind: 'group' }, path: FormPath, state: unknown, isAsked = true): unknown[] {
    return node.children().map((child) => {
      const here = isAsked ? child : { ...child, required: false };
      return this.#draw(here, [...path, child.key], childOf(state, child.key));
    });
  }

  #button(label: string, name: string, isOff: boolean, act: () => void, add?: string): TemplateResult {
    return html`<skin-button
      size="small"
      data-add=${add ?? nothing}
      label=${`${label}: ${name}`}
      ?disabled=${isOff}
      @click=${act}
      >${label}</skin-button
    >`;
  }

  #list(node: FormNode & { kind: 'list' }, path: FormPath, state: unknown): TemplateResult {
    const items = asList(state);
    const pointer = toPointer(path);
    const at = CSS.escape(pointer);
    const item = node.item();
    const drop = (index: number): void => this.#resize(path, (list) => list.toSpliced(index, 1), `[data-add="${at}"]`);
    const append = (): void =>
      this.#resize(path, (list) => [...list, initialOf(item) ?? null], `[data-at^="${at}\\/${items.length}"]`);
    const fields = items.map((value, index) => {
      const label = `${node.label} ${index + 1}`;
      const isLeast = node.required && items.length <= node.least;
      return html`<fieldset part="group">
        <legend>${label}</legend>
        ${
          item.kind === 'group'
            ? this.#children(item, [...path, index], value)
            : this.#draw({ ...item, label }, [...path, index], value)
        }
        ${this.#button(term(this, 'remove', 'Remove'), label, isLeast, () => drop(index))}
      </fieldset>`;
    });
    const add = this.#button(term(this, 'add', 'Add'), node.label, items.length >= node.most, append, pointer);
    return this.#group(node, path, html`${fields}${add}`);
  }

  #choice(node: FormNode & { kind: 'choice' }, path: FormPath, state: unknown): TemplateResult {
    const variant = variantOf(node, state);
    const group = variant?.group();
    const { tag, choices, required } = node;
    const properties = {
      label: inWords(tag),
      placeholder: ' ',
      required,
      options: choices,
      value: variant === undefined ? '' : String(variant.value),
    };
    const select = this.#controls.place([...path, tag], 'select', properties, ({ value }) => {
      const chosen = node.variants.find((one) => String(one.value) === value);
      this.#edit([...path, tag], () => chosen?.value);
    });
    const fields = group?.kind === 'group' ? this.#children(group, path, state) : nothing;
    return this.#group(node, path, html`${select}${fields}`);
  }

  #draw(node: FormNode, path: FormPath, state: unknown): TemplateResult | FormElement | typeof nothing {
    if (node.kind === 'fixed' || path.length > deepest) return nothing;
    if (node.kind === 'field')
      return drawField(this.#controls, node, path, state, (value) => this.#edit(path, () => value));
    if (node.kind === 'list') return this.#list(node, path, state);
    if (node.kind === 'choice') return this.#choice(node, path, state);
    return this.#group(node, path, this.#children(node, path, state, node.required || isTouched(node, state)));
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('bone') && !changed.has('tendon')) return;
    this.#root = undefined;
    this.#controls.forget([]);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.setState('busy', this.isBusy);
    if (!changed.has('bone') && !changed.has('tendon')) return;
    const missing = this.renderRoot.querySelector(':not(:defined)');
    if (missing !== null) console.warn(`<${missing.localName}> is not imported.`);
  }

  protected override render(): TemplateResult {
    const plan = this.#plan();
    return html`<form
      part="form"
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.#send();
      }}
    >
      ${plan === undefined ? nothing : this.#draw(plan, [], this.#state)}
      <slot></slot>
      <div role="alert" part="errors" tabindex="-1">${this.errors.map((message) => html`<p>${message}</p>`)}</div>
      <div part="actions">
        <skin-button type="submit" variant="primary" ?loading=${this.isBusy}
          >${this.submitLabel || term(this, 'send', 'Send')}</skin-button
        ><slot name="actions"></slot>
      </div>
    </form>`;
  }
}

FormCell.define('skin-form');

declare global {
  interface HTMLElementTagNameMap {
    'skin-form': FormCell;
  }
}
