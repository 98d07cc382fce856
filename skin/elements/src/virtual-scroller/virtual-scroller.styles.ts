import { css, type CSSResult } from 'lit';

/** Styles of a list of which only a part is drawn. */
export const virtualStyles: CSSResult = css`
  :host {
    display: block;
    block-size: 20rem;
    min-block-size: 0;
  }
  .frame {
    block-size: 100%;
    overflow: auto;
    overflow-anchor: none;
    contain: strict;
    border-radius: var(--_radius);
  }
  .frame:focus-visible {
    outline-offset: -2px;
  }
  .all {
    position: relative;
    overflow: hidden;
  }
  .row {
    position: absolute;
    inset-inline: 0;
    inset-block-start: 0;
    display: flex;
    align-items: center;
    padding-inline: 0.75rem;
    overflow: hidden;
  }
  .none {
    padding: 1rem;
    color: var(--_text-muted);
  }
`;
