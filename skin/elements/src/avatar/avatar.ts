import { css, type CSSResultGroup, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import { safeUrl } from '../base/safe-url.ts';
import { SkinCell } from '../base/skin-cell.ts';
import { toneStyles } from '../base/tone.styles.ts';

/**
 * Avatar: a person's picture, or the initials of the name where there is none or it can't be loaded.
 *
 * @tag skin-avatar
 * @csspart base - The round.
 * @cssprop --skin-avatar-size - Its width and height. Default `2.5rem`.
 */
export class AvatarCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    toneStyles,
    css`
      :host {
        display: inline-block;
        vertical-align: middle;
      }
      .base {
        display: grid;
        place-items: center;
        inline-size: var(--skin-avatar-size, 2.5rem);
        aspect-ratio: 1;
        overflow: hidden;
        font-size: calc(var(--skin-avatar-size, 2.5rem) * 0.38);
        font-weight: 600;
        color: var(--_info-text);
        background: var(--_info-soft);
        border-radius: 50%;
      }
      :host([shape='square']) .base {
        border-radius: var(--_radius);
      }
      img {
        inline-size: 100%;
        block-size: 100%;
        object-fit: cover;
      }
      @media (forced-colors: active) {
        .base {
          border: 1px solid;
        }
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    name: {},
    src: {},
    shape: { reflect: true, useDefault: true },
    failed: { state: true },
  };

  /** The person's name: the accessible name, and the source of the initials. */
  declare name: string;
  /** Address of the picture. */
  declare src: string;
  /** Default `circle`. */
  declare shape: 'circle' | 'square';
  declare protected failed: string;

  constructor() {
    super();
    this.name = '';
    this.src = '';
    this.shape = 'circle';
    this.failed = '';
  }

  /** First letters of the first and the last word, as a reader of the language would take them. */
  get #initials(): string {
    const words = String(this.name ?? '')
      .trim()
      .split(/\s+/);
    const letters = [words[0], words.length > 1 ? words.at(-1) : ''].map((word) => {
      const [first] = new Intl.Segmenter().segment(word ?? '');
      return first?.segment ?? '';
    });
    return letters.join('').toLocaleUpperCase();
  }

  protected override render(): TemplateResult {
    const source = this.src === this.failed ? undefined : safeUrl(this.src);
    return source === undefined
      ? html`<div class="base" part="base" role="img" aria-label=${this.name}>
          <span aria-hidden="true">${this.#initials}</span>
        </div>`
      : html`<div class="base" part="base">
          <img src=${source} alt=${this.name} @error=${() => (this.failed = this.src)} />
        </div>`;
  }
}

AvatarCell.define('skin-avatar');

declare global {
  interface HTMLElementTagNameMap {
    'skin-avatar': AvatarCell;
  }
}
