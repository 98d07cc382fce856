/** Styles of what the engine draws: it brings them along, so that they are loaded with it. */
export const pagesSheet = `
.pages {
  --scale-round-x: 1px;
  --scale-round-y: 1px;
  position: relative;
  display: grid;
  justify-items: center;
  gap: 0.75rem;
  inline-size: max-content;
  min-inline-size: 100%;
  padding: 0.75rem;
}
.page {
  position: relative;
  color-scheme: only light;
  background: #fff;
  box-shadow: 0 0 0 1px rgb(0 0 0 / 12%), 0 2px 8px rgb(0 0 0 / 18%);
  contain: layout paint;
  forced-color-adjust: none;
}
.page.broken::after {
  content: '⚠';
  position: absolute;
  inset: 0;
  display: grid;
  place-items: center;
  font-size: 2rem;
  color: #a40000;
}
.page canvas, .thumb canvas {
  display: block;
  inline-size: 100%;
  block-size: 100%;
}
.text, .links, .marks {
  position: absolute;
  inset: 0 auto auto 0;
}
.links, .marks {
  inline-size: 100%;
  block-size: 100%;
  pointer-events: none;
}
.text {
  --min-font-size: 1;
  direction: ltr;
  overflow: clip;
  line-height: 1;
  text-align: left;
  text-size-adjust: none;
  transform-origin: 0 0;
}
.text :is(span, br) {
  position: absolute;
  color: transparent;
  white-space: pre;
  cursor: text;
  transform-origin: 0 0;
}
.text .markedContent { display: contents; }
.text > :not(.markedContent), .text .markedContent span:not(.markedContent) {
  --font-height: 0;
  --scale-x: 1;
  --rotate: 0deg;
  font-size: calc(var(--total-scale-factor) * var(--min-font-size) * var(--font-height));
  transform: rotate(var(--rotate)) scaleX(var(--scale-x)) scale(calc(1 / var(--min-font-size)));
}
.text[data-main-rotation='90'] { transform: rotate(90deg) translateY(-100%); }
.text[data-main-rotation='180'] { transform: rotate(180deg) translate(-100%, -100%); }
.text[data-main-rotation='270'] { transform: rotate(270deg) translateX(-100%); }
.text ::selection {
  color: transparent;
  background: rgb(30 110 230 / 35%);
}
.links a {
  position: absolute;
  pointer-events: auto;
  border-radius: 2px;
}
.links a:hover { background: rgb(30 110 230 / 12%); }
.links a:focus-visible { outline: 2px solid #1a5fd0; outline-offset: 1px; }
.marks div {
  position: absolute;
  background: rgb(255 210 0 / 45%);
  border-radius: 2px;
  mix-blend-mode: multiply;
}
.marks .current {
  background: rgb(255 120 0 / 60%);
  outline: 2px solid #b34700;
}
.thumb {
  display: grid;
  justify-items: center;
  gap: 0.25rem;
  inline-size: 100%;
  padding: 0.4rem;
  font: inherit;
  font-size: var(--_font-size-small);
  color: inherit;
  background: none;
  border: 1px solid transparent;
  border-radius: var(--_radius);
  cursor: pointer;
}
.thumb span {
  display: block;
  inline-size: 6rem;
  background: #fff;
  box-shadow: 0 0 0 1px rgb(0 0 0 / 20%);
}
.thumb:hover { background: color-mix(in oklab, var(--_text) 8%, transparent); }
.thumb[aria-current] {
  font-weight: 620;
  color: var(--_accent);
  border-color: currentcolor;
}
.side {
  flex: none;
  inline-size: min(13rem, 45%);
  padding: 0.4rem;
  overflow: auto;
  border-inline-end: 1px solid var(--_border);
}
.thumbnails { inline-size: 8.5rem; }
.side ul {
  margin: 0;
  padding-inline-start: 0.75rem;
  list-style: none;
}
.side > ul { padding: 0; }
.entry {
  inline-size: 100%;
  min-block-size: 1.75rem;
  padding: 0.15rem 0.4rem;
  font-size: var(--_font-size-small);
  text-align: start;
  overflow-wrap: anywhere;
}
`;
