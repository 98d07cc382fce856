import { type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { baseStyles } from '../base/base.styles.ts';
import { EngineControl, type EngineHost, textOf } from '../base/engine-control.ts';
import { fieldStyles } from '../base/field.styles.ts';
import type { Invalid } from '../base/receptor.ts';
import { term } from '../base/terms.ts';
import { codeEditorStyles } from './code-editor.styles.ts';
import type {
  CodeDiagnostic,
  CodeEngine,
  CodeHost,
  CodeLanguage,
  CodeOptions,
  CodeShape,
  CompleteCode,
  DiagnoseCode,
} from './contract.ts';

/** From this length on a copy of the text at every key would be felt. */
const long = 1_000_000;
let made = 0;
const isFunction = <T>(value: T): T | undefined => (typeof value === 'function' ? value : undefined);
const whole = (value: unknown, least: number, most: number, fallback: number): number => {
  const number = Math.trunc(Number(value));
  return number >= least && number <= most ? number : fallback;
};

/**
 * Code editor: a form control for source text, with highlighting, line numbers, folding, search, completions and marks
 * for what is wrong. It needs the packages of CodeMirror 6 (`@codemirror/*`, `@lezer/highlight`), which are loaded when
 * it is first shown, and one for its language; until they are there, and if they can't be had, it is a plain text area
 * with the same value.
 *
 * Tab indents; Escape, then Tab, leaves.
 *
 * @tag skin-code-editor
 * @fires input - At each change that the user makes.
 * @fires change - When the user has finished a change.
 * @fires diagnose - When the text was looked through; `detail.diagnostics`.
 * @fires engine-error - When the engine or a part of it can't be had, or a port has failed; `detail.error`.
 * @csspart editor - The frame around the text.
 * @csspart textarea - The plain text area before the engine is there.
 * @csspart label - The label.
 * @csspart help - The help.
 * @csspart error - The error.
 * @cssprop [--skin-code-editor-max-height=32rem] - Height from which on the text scrolls.
 * @cssprop [--skin-code-font=0.85rem/1.55 ui-monospace] - Font of the text.
 * @cssState ready - The engine is there.
 * @cssState failed - The engine can't be had; a plain text area stands for it.
 * @cssState invalid - The text is not accepted.
 * @cssState user-invalid - It is not accepted, and that is shown.
 */
export class CodeReceptor extends EngineControl<CodeOptions, CodeHost, CodeEngine> {
  static override styles: CSSResultGroup = [baseStyles, fieldStyles, codeEditorStyles];
  static override properties: PropertyDeclarations = {
    language: {},
    lineNumbers: { type: Boolean, attribute: 'line-numbers' },
    wrap: { type: Boolean, reflect: true },
    tabSize: { type: Number, attribute: 'tab-size' },
    rows: { type: Number },
    complete: { attribute: false },
    diagnose: { attribute: false },
    bone: { attribute: false },
  };

  /** Language of the text, by its name; plain text without one. */
  declare language: CodeLanguage | '';
  /** Whether lines are numbered, and blocks can be folded beside the numbers. */
  declare lineNumbers: boolean;
  /** Whether long lines are wrapped. */
  declare wrap: boolean;
  /** Spaces that a level of indentation takes: 1 to 8. Default 2. */
  declare tabSize: number;
  /** Fewest lines that are seen. Default 4. */
  declare rows: number;
  /** Knows what could stand at the caret; shown beside what the language itself offers. */
  declare complete: CompleteCode | undefined;
  /** Finds what is wrong with the text; shown at its place. JSON that can't be parsed is found without it. */
  declare diagnose: DiagnoseCode | undefined;
  /** Shape that the value of a JSON text is checked against: a Bone. */
  declare bone: CodeShape | undefined;
  readonly #standIn = `skin-code-editor:${(made += 1)}`;
  #form: HTMLFormElement | null = null;

  constructor() {
    super();
    this.language = '';
    this.lineNumbers = false;
    this.wrap = false;
    this.tabSize = 2;
    this.rows = 4;
  }

  /** Selects from one character to another. */
  setSelectionRange(start: number, end: number): void {
    if (this.running === undefined) this.control?.setSelectionRange(start, end);
    else this.running.select(Number(start) || 0, Number(end) || 0);
  }

  /** Puts a text in place of what is selected, as if the user had typed it. */
  insert(text: string): void {
    if (this.running === undefined) this.insertPlain(textOf(text));
    else this.running.insert(textOf(text));
  }

  /** The form is handed a long text when it asks for it, not at every key. */
  protected override formValue(): string {
    return (this.running?.length ?? 0) > long ? this.#standIn : this.value;
  }
  /** @ignore */
  formAssociatedCallback(form: HTMLFormElement | null): void {
    this.#form?.removeEventListener('formdata', this.#fill);
    this.#form = form;
    form?.addEventListener('formdata', this.#fill);
  }
  readonly #fill = ({ formData }: FormDataEvent): void => {
    const values = formData.getAll(this.name);
    if (!values.includes(this.#standIn)) return;
    formData.delete(this.name);
    for (const value of values) {
      if (typeof value === 'string') formData.append(this.name, value === this.#standIn ? this.value : value);
      else formData.append(this.name, value);
    }
  };

  protected override findInvalid(): Invalid | undefined {
    const length = this.running?.length ?? this.value.length;
    return this.required && length === 0 ? this.missing() : undefined;
  }

  protected override async loadEngine(): Promise<(host: CodeHost) => CodeEngine> {
    return (await import('./engine.ts')).loadCodeEngine();
  }
  protected override hostFor(common: EngineHost<CodeOptions>, selection: readonly [number, number]): CodeHost {
    return {
      ...common,
      root: this.renderRoot as ShadowRoot,
      text: this.value,
      selection,
      state: this.left,
      say: (name, english) => term(this, name, english),
      diagnosed: (diagnostics: readonly CodeDiagnostic[]) => this.emit('diagnose', { diagnostics }),
    };
  }
  protected override read({ text }: CodeEngine): string {
    return text;
  }
  protected override write(engine: CodeEngine, value: string): void {
    engine.write(value);
  }
  /** Lines end as they do in a native text area. */
  protected override toValue(value: unknown): string {
    return textOf(value).replaceAll(/\r\n?/g, '\n');
  }
  protected override toPlain(value: string): string {
    return value;
  }
  protected override fromPlain(text: string): string {
    return text;
  }

  protected override get engineOptions(): CodeOptions {
    const { language, placeholder, lineNumbers, wrap, readOnly, required, errorText } = this;
    return {
      language: textOf(language).toLowerCase(),
      label: textOf(this.label) || this.outerLabel,
      describedBy: `${this.noteId} ${readOnly ? '' : 'hint'}`.trim(),
      isInvalid: errorText !== '',
      required: Boolean(required),
      readOnly: Boolean(readOnly),
      disabled: this.isDisabled,
      placeholder: textOf(placeholder),
      lineNumbers: Boolean(lineNumbers),
      wrap: Boolean(wrap),
      tabSize: whole(this.tabSize, 1, 8, 2),
      complete: isFunction(this.complete),
      diagnose: isFunction(this.diagnose),
      bone: this.bone ?? undefined,
    };
  }

  protected override renderFrame(classes: string, content: TemplateResult): TemplateResult {
    const isProse = ['', 'markdown', 'md'].includes(textOf(this.language));
    return html`<div
        class=${classes}
        part="editor"
        dir=${isProse ? nothing : 'ltr'}
        style=${`--_rows:${whole(this.rows, 1, 200, 4)};--_tab:${whole(this.tabSize, 1, 8, 2)}`}
      >
        ${content}
      </div>
      <span id="hint" class="hint"
        >${this.isReady ? term(this, 'leaveEditor', 'Press Escape, then Tab, to leave the editor.') : nothing}</span
      >`;
  }
}

CodeReceptor.define('skin-code-editor');

declare global {
  interface HTMLElementTagNameMap {
    'skin-code-editor': CodeReceptor;
  }
}
