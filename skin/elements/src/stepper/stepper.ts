import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { SkinCell } from '../base/skin-cell.ts';
import { term } from '../base/terms.ts';

/**
 * Stepper: the steps of a longer task, which are done, and which is the present one. Steps that are done lead back, where
 * `returns` is set.
 *
 * @tag skin-stepper
 * @fires change - When the user goes back to a step; detail: `{ step }`; cancelable.
 * @csspart list - The list.
 * @csspart step - A step.
 */
export class StepperCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    css`
      :host {
        display: block;
        inline-size: 100%;
        container-type: inline-size;
      }
      ol {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1rem;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      :host([orientation='vertical']) ol {
        flex-direction: column;
      }
      li {
        display: flex;
        flex: 0 1 auto;
        align-items: center;
        gap: 1rem;
        min-inline-size: 0;
      }
      @container (inline-size > 30rem) {
        :host(:not([orientation='vertical'])) li:not(:last-child)::after {
          content: '';
          inline-size: 2rem;
          border-block-start: 1px solid var(--_border-control);
        }
      }
      .step {
        display: inline-flex;
        align-items: center;
        gap: 0.55rem;
        min-block-size: 2rem;
        padding: 0;
        font: inherit;
        color: var(--_text-muted);
        text-align: start;
        background: none;
        border: 0;
        border-radius: var(--_radius);
      }
      button.step {
        cursor: pointer;
        color: var(--_text);
      }
      button.step:hover {
        text-decoration: underline;
      }
      .number {
        display: grid;
        flex: none;
        place-items: center;
        inline-size: 1.75rem;
        block-size: 1.75rem;
        font-size: var(--_font-size-small);
        font-weight: 620;
        border: 1.5px solid currentcolor;
        border-radius: 50%;
      }
      [aria-current] .step {
        font-weight: 600;
        color: var(--_accent);
      }
      .done .number {
        color: var(--_on-accent);
        background: var(--_accent);
        border-color: transparent;
      }
      .done .step {
        color: var(--_text);
      }
      svg {
        inline-size: 1rem;
        fill: none;
        stroke: currentcolor;
        stroke-width: 2.5;
      }
      .hidden {
        position: absolute;
        inline-size: 1px;
        block-size: 1px;
        overflow: hidden;
        clip-path: inset(50%);
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    steps: { attribute: false },
    step: { type: Number, reflect: true, useDefault: true },
    returns: { type: Boolean },
    label: {},
    orientation: { reflect: true, useDefault: true },
  };

  /** What the steps are called, in order. */
  declare steps: readonly string[];
  /** The present step, from 1; one more than there are once all is done. */
  declare step: number;
  /** Whether steps that are done lead back. */
  declare returns: boolean;
  /** Accessible name of the list. Default “Steps”. */
  declare label: string;
  /** Default `horizontal`. */
  declare orientation: 'horizontal' | 'vertical';

  constructor() {
    super();
    this.steps = [];
    this.step = 1;
    this.returns = false;
    this.label = '';
    this.orientation = 'horizontal';
  }

  #return(step: number): void {
    if (!this.emit('change', { step }, { cancelable: true })) return;
    this.step = step;
    // What was pressed is no button any more; the focus would be lost with it.
    if (this.matches(':focus-within'))
      void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-current] .step')?.focus());
  }

  #step(name: string, at: number): TemplateResult {
    const isDone = at < this.step;
    const mark = isDone
      ? html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 12.5l4.5 4.5L19 7" /></svg
          ><span class="hidden">${term(this, 'stepDone', 'Done:')}</span>`
      : at;
    const content = html`<span class="number">${mark}</span><span>${name}</span>`;
    return html`<li part="step" class=${isDone ? 'done' : ''} aria-current=${at === this.step ? 'step' : nothing}>
      ${
        isDone && this.returns
          ? html`<button type="button" class="step" @click=${() => this.#return(at)}>${content}</button>`
          : html`<span class="step" tabindex=${at === this.step ? -1 : nothing}>${content}</span>`
      }
    </li>`;
  }

  protected override render(): TemplateResult {
    const steps: readonly unknown[] = Array.isArray(this.steps) ? this.steps : [];
    return html`<ol part="list" aria-label=${this.label || term(this, 'steps', 'Steps')}>
      ${steps.map((name, at) => this.#step(String(name), at + 1))}
    </ol>`;
  }
}

StepperCell.define('skin-stepper');

declare global {
  interface HTMLElementTagNameMap {
    'skin-stepper': StepperCell;
  }
}
