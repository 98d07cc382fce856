import { type GridPage, makeRows } from './contract.ts';

// A frame that scrolls, with nothing in it: what is left is the browser's own.
let frame: HTMLElement | undefined;

const page: GridPage = {
  mount(at, rows) {
    frame = document.createElement('div');
    frame.style.cssText = 'block-size:600px;overflow:auto;contain:strict';
    const all = document.createElement('div');
    all.style.cssText = `block-size:${rows.length * 40}px`;
    frame.append(all);
    at.append(frame);
  },
  unmount: () => frame?.remove(),
  sort: () => {},
  unsort: () => {},
  filter: () => {},
  scroller: () => frame as HTMLElement,
  places: () => [],
};

Object.assign(window, { grid: page, makeRows });
