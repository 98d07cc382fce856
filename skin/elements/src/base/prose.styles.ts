import { css, type CSSResult } from 'lit';

/** Styles of formatted text: headings, lists, quotes, code. They read the tokens of controls. */
export const proseStyles: CSSResult = css`
  h1,
  h2,
  h3,
  h4,
  h5,
  h6 {
    margin-block: 1.4em 0.5em;
    line-height: 1.25;
    text-wrap: balance;
    scroll-margin-block-start: 1rem;
  }
  h1 {
    font-size: 1.75em;
  }
  h2 {
    font-size: 1.4em;
  }
  h3 {
    font-size: 1.18em;
  }
  h4,
  h5,
  h6 {
    font-size: 1em;
  }
  p,
  ul,
  ol,
  blockquote,
  pre {
    margin-block: 0.8em;
  }
  ul,
  ol {
    padding-inline-start: 1.75em;
  }
  li {
    margin-block: 0.2em;
  }
  li > :is(ul, ol) {
    margin-block: 0.2em;
  }
  a {
    color: var(--_accent);
    text-underline-offset: 0.15em;
  }
  blockquote {
    margin-inline: 0;
    padding-inline-start: 1em;
    color: var(--_text-muted);
    border-inline-start: 3px solid var(--_border-control);
  }
  hr {
    margin-block: 1.6em;
    border: 0;
    border-block-start: 1px solid var(--_border);
  }
  code,
  kbd,
  samp {
    padding: 0.1em 0.35em;
    font:
      0.88em/1.5 ui-monospace,
      monospace;
    background: var(--_surface-sunken);
    border-radius: 0.3em;
  }
  pre {
    padding: 0.8rem 1rem;
    direction: ltr;
    tab-size: 2;
    text-align: left;
    background: var(--_surface-sunken);
    border-radius: var(--_radius);
  }
  pre code {
    padding: 0;
    background: none;
  }
`;
