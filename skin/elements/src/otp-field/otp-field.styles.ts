import { css, type CSSResult } from 'lit';

/** Styles of the element: one native input lies unseen over the cells that show its characters. */
export const otpStyles: CSSResult = css`
  :host {
    inline-size: auto;
  }
  .box {
    position: relative;
    display: inline-flex;
    justify-self: start;
    gap: 0.4rem;
  }
  input {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    padding: 0;
    opacity: 0;
  }
  i {
    display: grid;
    place-items: center;
    inline-size: min(2.4rem, 11vw);
    block-size: 2.75rem;
    font:
      550 1.25rem/1 ui-monospace,
      monospace;
    background: var(--_surface);
    border: 1px solid var(--_border-control);
    border-radius: var(--_radius);
  }
  :focus-visible ~ .on {
    outline: 2px solid var(--_focus);
    border-color: transparent;
  }
  [aria-invalid] ~ i {
    border-color: var(--_danger);
  }
  :disabled ~ i {
    opacity: 0.6;
  }
`;
