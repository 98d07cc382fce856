import { css, type CSSResult } from 'lit';

/** Styles of the element. */
export const imageCropperStyles: CSSResult = css`
  :host {
    inline-size: min(28rem, 100%);
    min-inline-size: 0;
  }
  .zone {
    position: relative;
    block-size: var(--skin-crop-height, 18rem);
    border-radius: var(--_radius);
    display: grid;
    place-content: center;
    margin: 0;
    padding: 1rem;
    font-weight: inherit;
    text-align: center;
    background: var(--_surface);
    border: 1px dashed var(--_border-control);
    cursor: pointer;
  }
  .zone:hover,
  :host(:state(dragging)) .zone {
    background: color-mix(in oklab, var(--_accent) 12%, var(--_surface));
  }
  :has(> [type='file']:focus-visible) {
    outline: 2px solid var(--_focus);
    outline-offset: 2px;
  }
  :host(:state(user-invalid)) .zone {
    border-color: var(--_danger);
  }
  :host(:disabled) .zone {
    color: var(--_text-muted);
    cursor: not-allowed;
  }
  input[type='file'] {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    opacity: 0;
    font-size: 0;
    cursor: inherit;
  }
`;
