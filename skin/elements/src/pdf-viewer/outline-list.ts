import type { OutlineEntry } from './contract.ts';

/** The entries of an outline as nested lists of buttons. */
export const outlineList = (entries: readonly OutlineEntry[], follow: (target: unknown) => void): HTMLUListElement => {
  const list = document.createElement('ul');
  for (const { title, target, items } of entries) {
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'entry';
    button.textContent = title || '–';
    button.addEventListener('click', () => follow(target));
    item.append(button);
    if (items.length > 0) item.append(outlineList(items, follow));
    list.append(item);
  }
  return list;
};
