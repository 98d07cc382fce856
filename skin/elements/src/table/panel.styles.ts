import { css, type CSSResult } from 'lit';

/** Styles of what stands around the rows: tools, panel, pages. */
export const toolStyles: CSSResult = css`
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem 1rem;
  }
  .caption {
    flex: 1;
    padding: 0.7rem 0.95rem;
    font-weight: 600;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    margin-inline-start: auto;
  }
  .tools.full {
    padding: 0.5rem 0.6rem;
  }
  .tool,
  .pager input,
  .field input,
  .tools input {
    min-block-size: 2rem;
    padding: 0.2rem 0.7rem;
    font: inherit;
    font-size: var(--_font-size-small);
    color: inherit;
    background: var(--_surface);
    border: 1px solid var(--_border-control);
    border-radius: var(--_radius);
  }
  .tools input {
    min-inline-size: 0;
    inline-size: 12rem;
  }
  .tool {
    cursor: pointer;
  }
  .tool:hover {
    background: var(--_surface-sunken);
  }
  .failed {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem;
    padding: 0.5rem 0.95rem;
    color: var(--_danger);
    border-block-start: 1px solid var(--_border);
  }
  .pager {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem;
    padding: 0.3rem 0.95rem;
    font-size: var(--_font-size-small);
    font-variant-numeric: tabular-nums;
    color: var(--_text-muted);
    border-block-start: 1px solid var(--_border);
  }
  .pager span {
    flex: 1;
  }
  .pager label {
    display: flex;
    align-items: center;
    gap: 0.4rem;
  }
  .pager input {
    inline-size: 4rem;
    font: inherit;
  }
  [aria-disabled='true'] {
    opacity: 0.45;
    cursor: not-allowed;
  }
  .pager svg:dir(rtl) {
    scale: -1 1;
  }
  .unseen {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  #panel {
    inset: auto;
    min-inline-size: 12rem;
    max-block-size: calc(100dvh - 1rem);
    margin: 0;
    padding: 0.35rem;
    overflow: auto;
    color: inherit;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    position-area: block-end span-inline-end;
    position-try-fallbacks:
      flip-block,
      flip-inline,
      flip-block flip-inline;
    box-shadow: var(--_shadow-large);
  }
  .group + .group {
    margin-block-start: 0.35rem;
    padding-block-start: 0.35rem;
    border-block-start: 1px solid var(--_border);
  }
  .group button,
  .check {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    inline-size: 100%;
    min-block-size: 2rem;
    padding: 0.2rem 0.6rem;
    font: inherit;
    color: inherit;
    text-align: start;
    background: none;
    border: 0;
    border-radius: calc(var(--_radius) - 2px);
    cursor: pointer;
  }
  .group button:hover,
  .check:hover {
    background: var(--_surface-sunken);
  }
  .group button[aria-pressed='true'] {
    color: var(--_accent);
    font-weight: 600;
  }
  .group button[aria-pressed='true']::after {
    content: '✓' / '';
    margin-inline-start: auto;
  }
  .check input {
    inline-size: 1.1rem;
    block-size: 1.1rem;
    margin: 0;
    accent-color: var(--_accent);
  }
  fieldset {
    display: grid;
    gap: 0.3rem;
    min-inline-size: 0;
    max-block-size: 16rem;
    margin: 0;
    padding: 0 0.25rem 0.25rem;
    overflow: auto;
    border: 0;
  }
  legend {
    padding: 0.2rem 0.35rem;
    font-size: var(--_font-size-small);
    color: var(--_text-muted);
  }
  .field {
    display: grid;
    gap: 0.15rem;
    padding-inline: 0.35rem;
    font-size: var(--_font-size-small);
  }
  .field input {
    inline-size: 100%;
  }
`;
