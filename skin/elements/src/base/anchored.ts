import { css, type CSSResult } from 'lit';
import type { Placement } from './place.ts';

/** Styles of a panel in the top layer, beside what opened it. The attribute `placement` of the host says where. */
export const anchoredStyles: CSSResult = css`
  [popover] {
    inset: auto;
    margin: 0.3rem 0;
    padding: 0;
    color: inherit;
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    max-inline-size: calc(100vw - 1rem);
    max-block-size: calc(100dvh - 1rem);
    overflow: auto;
    position-area: block-end span-inline-end;
    position-try-fallbacks:
      flip-block,
      flip-inline,
      flip-block flip-inline;
  }
  :host([placement='bottom']) [popover] {
    position-area: block-end;
  }
  :host([placement='bottom-end']) [popover] {
    position-area: block-end span-inline-start;
  }
  :host([placement='top-start']) [popover] {
    position-area: block-start span-inline-end;
  }
  :host([placement='top']) [popover] {
    position-area: block-start;
  }
  :host([placement='top-end']) [popover] {
    position-area: block-start span-inline-start;
  }
  :host([placement='start']) [popover] {
    margin: 0 0.3rem;
    position-area: inline-start;
    position-try-fallbacks: flip-inline;
  }
  :host([placement='end']) [popover] {
    margin: 0 0.3rem;
    position-area: inline-end;
    position-try-fallbacks: flip-inline;
  }
`;

/**
 * Shows a popover beside an element, where there is room, and keeps it there: by CSS where the browser can, else by a script
 * that is loaded only then.
 */
export const showBeside = (panel: HTMLElement, anchor: HTMLElement, placement: Placement): void => {
  if (panel.matches(':popover-open')) return;
  panel.showPopover({ source: anchor });
  if (!CSS.supports('position-area: block-end'))
    void import('./follow.ts').then(({ follow }) => follow(panel, anchor, placement));
};
