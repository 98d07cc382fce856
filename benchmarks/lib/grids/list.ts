import { type GridPage, keys, makeRows } from './contract.ts';

// A bare virtual list by hand: as many rows as are seen, moved and filled anew at each scroll; no columns, keys or roles.
const height = 40;
let frame: HTMLElement | undefined;

const page: GridPage = {
  mount(at, rows) {
    frame = document.createElement('div');
    frame.style.cssText = 'block-size:600px;overflow:auto;position:relative;contain:strict';
    const all = document.createElement('div');
    all.style.cssText = `block-size:${rows.length * height}px`;
    const pool = Array.from({ length: Math.ceil(600 / height) + 12 }, () => {
      const row = document.createElement('div');
      row.style.cssText = `position:absolute;inset-inline:0;inset-block-start:0;block-size:${height}px;display:flex`;
      for (const _ of keys) row.append(Object.assign(document.createElement('span'), { style: 'flex:1' }));
      return row;
    });
    frame.append(all, ...pool);
    const draw = (): void => {
      const first = Math.max(0, Math.floor((frame?.scrollTop ?? 0) / height) - 6);
      for (let at_ = first; at_ < first + pool.length; at_ += 1) {
        const [row, data] = [pool[at_ % pool.length], rows[at_]];
        if (row === undefined || data === undefined || row.dataset['at'] === String(at_)) continue;
        row.dataset['at'] = String(at_);
        row.style.transform = `translateY(${at_ * height}px)`;
        keys.forEach((key, column) => ((row.children[column] as HTMLElement).textContent = String(data[key])));
      }
    };
    frame.addEventListener('scroll', draw);
    at.append(frame);
    draw();
  },
  unmount: () => frame?.remove(),
  sort: () => {},
  unsort: () => {},
  filter: () => {},
  scroller: () => frame as HTMLElement,
  places: () => [],
};

Object.assign(window, { grid: page, makeRows });
