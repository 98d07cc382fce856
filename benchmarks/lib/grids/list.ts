import { keys, makeRows, rowHeight, scrolling } from './contract.ts';

// A bare virtual list by hand: as many rows as are seen, moved and filled anew at each scroll; no columns, keys or roles.
const page = scrolling((frame, rows) => {
  const pool = Array.from({ length: Math.ceil(600 / rowHeight) + 12 }, () => {
    const row = document.createElement('div');
    row.style.cssText = `position:absolute;inset-inline:0;inset-block-start:0;block-size:${rowHeight}px;display:flex`;
    for (const _ of keys) row.append(Object.assign(document.createElement('span'), { style: 'flex:1' }));
    return row;
  });
  frame.append(...pool);
  const draw = (): void => {
    const first = Math.max(0, Math.floor(frame.scrollTop / rowHeight) - 6);
    for (let at = first; at < first + pool.length; at += 1) {
      const [row, data] = [pool[at % pool.length], rows[at]];
      if (row === undefined || data === undefined || row.dataset['at'] === String(at)) continue;
      row.dataset['at'] = String(at);
      row.style.transform = `translateY(${at * rowHeight}px)`;
      keys.forEach((key, column) => ((row.children[column] as HTMLElement).textContent = String(data[key])));
    }
  };
  frame.addEventListener('scroll', draw);
  draw();
});

Object.assign(window, { grid: page, makeRows });
