import { css, type CSSResult } from 'lit';

/** Styles of the element. */
export const splitPanelStyles: CSSResult = css`
  :host {
    display: grid;
    grid-template: 100% / minmax(0, var(--_at)) auto minmax(0, 1fr);
    min-block-size: 0;
  }
  :host([orientation='vertical']) {
    grid-template: minmax(0, var(--_at)) auto minmax(0, 1fr) / 100%;
  }
  .panel {
    min-inline-size: 0;
    min-block-size: 0;
    overflow: auto;
  }
  [role='separator'] {
    position: relative;
    display: grid;
    place-items: center;
    inline-size: 0.5rem;
    cursor: col-resize;
    touch-action: none;
    user-select: none;
  }
  :host([orientation='vertical']) [role='separator'] {
    inline-size: auto;
    block-size: 0.5rem;
    cursor: row-resize;
  }
  /* A target of 24 pixels, around a thin line. */
  [role='separator']::before {
    content: '';
    position: absolute;
    z-index: 1;
    inset: 0 -0.5rem;
  }
  :host([orientation='vertical']) [role='separator']::before {
    inset: -0.5rem 0;
  }
  [role='separator']::after {
    content: '';
    inline-size: 2px;
    block-size: 100%;
    background: var(--_border-control);
  }
  :host([orientation='vertical']) [role='separator']::after {
    inline-size: 100%;
    block-size: 2px;
  }
  [role='separator']:is(:hover, :focus-visible)::after,
  :host(:state(dragging)) [role='separator']::after {
    background: var(--_accent);
  }
  [role='separator']:focus-visible {
    z-index: 2;
    outline-offset: -2px;
    border-radius: 3px;
  }
  :host([disabled]) [role='separator'] {
    cursor: default;
  }
  @media (forced-colors: active) {
    [role='separator']::after {
      background: CanvasText;
    }
    [role='separator']:is(:hover, :focus-visible)::after {
      background: Highlight;
    }
  }
`;
