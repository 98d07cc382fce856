/** Styles of the stage, which come with the first image. */
export const stageStyles = `
.stage {
  position: relative;
  block-size: var(--skin-crop-height, 18rem);
  border-radius: var(--_radius);
  overflow: hidden;
  touch-action: none;
  user-select: none;
  cursor: grab;
  background: repeating-conic-gradient(var(--_surface-sunken) 0 25%, var(--_surface) 0 50%) 0 0 / 1rem 1rem;
  border: 1px solid var(--_border);
}
:host(:disabled) .stage {
  opacity: 0.6;
  pointer-events: none;
}
canvas {
  position: absolute;
  inset: 0;
  inline-size: 100%;
  block-size: 100%;
}
.box,
.handle {
  position: absolute;
}
.box {
  cursor: move;
  outline: 1px solid #fff;
  outline-offset: 0;
  box-shadow:
    0 0 0 2px rgb(0 0 0 / 45%),
    0 0 0 200vmax rgb(0 0 0 / 55%);
  background:
    linear-gradient(90deg, transparent calc(100% - 1px), rgb(255 255 255 / 45%) 0) 0 0 / calc(100% / 3) 100%,
    linear-gradient(transparent calc(100% - 1px), rgb(255 255 255 / 45%) 0) 0 0 / 100% calc(100% / 3);
}
.round .box {
  border-radius: 50%;
  background: none;
}
.box:focus-visible {
  outline: 3px solid var(--_focus);
}
/* A target of 24 pixels around a smaller mark. */
.handle {
  display: grid;
  place-items: center;
  inline-size: 1.5rem;
  block-size: 1.5rem;
  translate: -50% -50%;
  border-radius: 50%;
}
.handle::after {
  content: '';
  inline-size: 0.7rem;
  block-size: 0.7rem;
  background: #fff;
  border: 1px solid rgb(0 0 0 / 60%);
  border-radius: 2px;
}
.handle:focus-visible {
  outline-offset: -3px;
}
.handle:focus-visible::after {
  background: var(--_accent);
}
.nw,
.se {
  cursor: nwse-resize;
}
.ne,
.sw {
  cursor: nesw-resize;
}
.n,
.s {
  cursor: ns-resize;
}
.e,
.w {
  cursor: ew-resize;
}
.bar {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.25rem;
  margin-block-start: 0.4rem;
}
.bar input[type='range'] {
  flex: 1 1 6rem;
  min-inline-size: 4rem;
  min-block-size: 1.5rem;
  margin: 0 0.4rem;
  accent-color: var(--_accent);
}
.bar button,
.change {
  position: relative;
  display: grid;
  place-items: center;
  inline-size: 2.25rem;
  block-size: 2.25rem;
  margin: 0;
  padding: 0;
  color: var(--_text);
  background: none;
  border: 1px solid transparent;
  border-radius: var(--_radius);
  cursor: pointer;
}
.change[hidden] {
  display: none;
}
.bar :is(button, .change):hover {
  background: color-mix(in oklab, var(--_text) 8%, transparent);
}
.bar button:disabled {
  opacity: 0.45;
  cursor: not-allowed;
}
svg {
  inline-size: 1.2rem;
  fill: none;
  stroke: currentcolor;
  stroke-width: 1.8;
  stroke-linecap: round;
  stroke-linejoin: round;
}
@media (forced-colors: active) {
  .box,
  .handle::after {
    forced-color-adjust: none;
  }
  .bar :is(button, .change) {
    border-color: ButtonBorder;
  }
}
`;
