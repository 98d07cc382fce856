/** Styles of toolbar and text, which come with the engine. */
export const barStyles = `
[role='toolbar'],
.address {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.15rem;
  padding: 0.3rem;
  border-block-end: 1px solid var(--_border);
}
.gap {
  inline-size: 1px;
  block-size: 1.25rem;
  margin-inline: 0.3rem;
  background: var(--_border-control);
}
button {
  display: inline-grid;
  place-items: center;
  min-inline-size: 2rem;
  min-block-size: 2rem;
  padding: 0 0.35rem;
  font: inherit;
  font-size: var(--_font-size-small);
  color: var(--_text);
  background: none;
  border: 1px solid transparent;
  border-radius: calc(var(--_radius) - 2px);
  cursor: pointer;
}
button:hover {
  background: var(--_surface-sunken);
}
button[aria-pressed='true'] {
  color: var(--_on-accent);
  background: var(--_accent);
}
button[aria-disabled='true'] {
  color: var(--_text-muted);
  cursor: not-allowed;
  background: none;
}
button[aria-disabled='true'] > * {
  opacity: 0.55;
}
svg {
  inline-size: 1.15rem;
  fill: none;
  stroke: currentcolor;
  stroke-width: 2;
  stroke-linecap: round;
  stroke-linejoin: round;
}
button:dir(rtl) svg:is(.undo, .redo, .quote, .bullet-list) {
  scale: -1 1;
}
.bold {
  font-weight: 800;
}
.italic {
  font-family: Georgia, serif;
  font-style: italic;
}
.underline {
  text-decoration: underline;
}
.strike {
  text-decoration: line-through;
}
.letter::before {
  content: attr(data-face);
}
.letter {
  font-size: 0.95rem;
}
.address label {
  margin: 0;
  padding-inline: 0.3rem;
}
.address input {
  flex: 1 1 12rem;
  min-inline-size: 0;
  min-block-size: 2rem;
  padding: 0.15rem 0.5rem;
  font: inherit;
  color: inherit;
  background: var(--_surface);
  border: 1px solid var(--_border-control);
  border-radius: calc(var(--_radius) - 2px);
}
.address button {
  border-color: var(--_border-control);
  padding-inline: 0.7rem;
}
.address .error {
  flex-basis: 100%;
  margin: 0 0.3rem;
}
.content {
  font-variant-ligatures: none;
}
.content :is(p, h1, h2, h3, h4, h5, h6, li, blockquote) {
  unicode-bidi: plaintext;
  text-align: start;
}
.content > :first-child {
  margin-block-start: 0;
}
.content > :last-child {
  margin-block-end: 0;
}
.content li > p {
  margin-block: 0;
}
.content[data-placeholder]::before {
  float: inline-start;
  block-size: 0;
  color: var(--_text-muted);
  content: attr(data-placeholder);
  pointer-events: none;
}
.ProseMirror-gapcursor {
  position: absolute;
  border-block-start: 1px solid currentcolor;
  inline-size: 1.25rem;
}
@media (forced-colors: active) {
  button[aria-pressed='true'] {
    border-color: Highlight;
    outline: 2px solid Highlight;
    outline-offset: -3px;
  }
  button[aria-disabled='true'] {
    color: GrayText;
  }
}
`;
