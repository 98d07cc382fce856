import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { SkinCell } from '../base/skin-cell.ts';
import { term } from '../base/terms.ts';
import '../tree/tree.ts';
import { describe, type JsonNode, partsOf } from './describe.ts';

const page = 100;

/** How far one branch is shown: how many parts of it, and those that were opened. */
interface Branch {
  shown: number;
  readonly opened: Map<string, Branch>;
}
const branch = (): Branch => ({ shown: page, opened: new Map() });

/**
 * JSON view: a value as a tree, part by part as the user opens it. Any value will do: cycles, getters, maps, dates and
 * what can't be read are shown as what they are. Of long lists and texts only the first part is shown; more comes by a
 * press. The keys are those of `<skin-tree>`.
 *
 * @tag skin-json-view
 * @csspart tree - The tree.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/treeview/
 */
export class JsonViewCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    css`
      :host {
        display: block;
        --skin-tree-indent: 1rem;
        --_green: light-dark(oklch(43% 0.11 160), oklch(82% 0.11 160));
        --_violet: light-dark(oklch(45% 0.15 300), oklch(82% 0.1 300));
      }
      skin-tree {
        --skin-font: ui-monospace, monospace;
        --skin-font-size: 0.85rem;
      }
      .text {
        unicode-bidi: isolate;
        white-space: pre-wrap;
      }
      .key {
        color: var(--_text);
      }
      .string {
        color: var(--_green);
      }
      .number {
        color: var(--_accent);
      }
      .boolean,
      .other {
        color: var(--_violet);
      }
      .empty,
      .object {
        color: var(--_text-muted);
      }
      .more {
        color: var(--_accent);
        text-decoration: underline;
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    value: { attribute: false },
    label: {},
    depth: { type: Number },
  };

  /** The value. One that was changed in place is shown anew by `refresh`. */
  declare value: unknown;
  /** Accessible name, and the name of the value. Default `value`. */
  declare label: string;
  /** How many levels are open at first, 3 at most. Default 1. */
  declare depth: number;
  #root: Branch | undefined;

  constructor() {
    super();
    this.value = undefined;
    this.label = '';
    this.depth = 1;
  }

  get #name(): string {
    return this.label || term(this, 'value', 'value');
  }

  /** Shows the value anew, after it was changed in place. */
  refresh(): void {
    this.requestUpdate();
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    super.willUpdate(changed);
    if (changed.has('value') || changed.has('depth')) this.#root = undefined;
  }

  #toggle(event: CustomEvent<{ expanded: boolean }>, from: Branch, key: string): void {
    event.stopPropagation();
    if (event.detail.expanded) from.opened.set(key, branch());
    else from.opened.delete(key);
    this.requestUpdate();
  }

  #more(part: Branch): void {
    part.shown += page;
    this.requestUpdate();
  }

  #item(node: JsonNode, key: string, around: Branch, level: number): TemplateResult {
    const { whole, kind, text } = node;
    const part = around.opened.get(key);
    const name = node.key === undefined ? nothing : html`<span class="key">${node.key}</span>: `;
    return html`<skin-tree-item
      .label=${`${node.key ?? ''}: ${text}`}
      .lazy=${whole !== undefined && part === undefined}
      .expanded=${whole !== undefined && part !== undefined}
      @toggle=${(event: CustomEvent<{ expanded: boolean }>) => this.#toggle(event, around, key)}
      @load-children=${(event: Event) => event.stopPropagation()}
      ><span slot="label" class="text">${name}<span class=${kind}>${text}</span></span
      >${whole !== undefined && part !== undefined ? this.#parts(whole, part, level + 1) : nothing}</skin-tree-item
    >`;
  }

  #parts(whole: object, part: Branch, level: number): TemplateResult {
    const { nodes, total } = partsOf(whole, 0, part.shown);
    const rest = total - nodes.length;
    return html`${nodes.map((node, at) => this.#item(node, String(at), part, level))}${
      rest > 0
        ? html`<skin-tree-item class="more" .label=${`… ${rest}`} @activate=${() => this.#more(part)}></skin-tree-item>`
        : nothing
    }`;
  }

  /** Opens the first levels of a new value. */
  #openFirst(whole: object, part: Branch, level: number): void {
    if (level <= 0) return;
    for (const [at, { whole: inner }] of partsOf(whole, 0, part.shown).nodes.entries()) {
      if (inner === undefined) continue;
      const next = branch();
      part.opened.set(String(at), next);
      this.#openFirst(inner, next, level - 1);
    }
  }

  #activate(event: CustomEvent<{ item: HTMLElement }>): void {
    event.stopPropagation();
    const { item } = event.detail;
    if (item.classList.contains('more')) item.dispatchEvent(new Event('activate'));
  }

  protected override render(): TemplateResult {
    const node = describe(this.#name, this.value);
    if (this.#root === undefined) {
      this.#root = branch();
      const levels = Math.max(0, Math.min(3, Number(this.depth) || 0));
      if (node.whole !== undefined && levels > 0) {
        const first = branch();
        this.#root.opened.set('', first);
        this.#openFirst(node.whole, first, levels - 1);
      }
    }
    return html`<skin-tree dir="ltr" part="tree" .label=${this.#name} @activate=${this.#activate}
      >${this.#item(node, '', this.#root, 1)}</skin-tree
    >`;
  }
}

JsonViewCell.define('skin-json-view');

declare global {
  interface HTMLElementTagNameMap {
    'skin-json-view': JsonViewCell;
  }
}
