import { safeUrl } from '../base/safe-url.ts';
import { headingPrefix, type MarkdownRendering } from './contract.ts';

/** Pictures that stand in the text itself; an SVG, which can hold a script, is none of them. */
const picture = /^data:image\/(?:png|gif|jpeg|webp|avif);base64,/i;

const replaceWith = (old: Element, tag: string): HTMLElement => {
  const made = document.createElement(tag);
  made.append(...old.childNodes);
  old.replaceWith(made);
  return made;
};

/** Moves headings to their level, and names them by their text so that a link can lead there. */
const decorateHeadings = (root: DocumentFragment, { headingOffset, names }: MarkdownRendering): void => {
  for (const heading of root.querySelectorAll('h1,h2,h3,h4,h5,h6')) {
    const level = Math.min(6, Number(heading.localName[1]) + headingOffset);
    const made = headingOffset === 0 ? heading : replaceWith(heading, `h${level}`);
    const name = (made.textContent ?? '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s+/g, '-');
    if (name === '') continue;
    const before = names.get(name) ?? 0;
    names.set(name, before + 1);
    made.id = `${headingPrefix}${name}${before === 0 ? '' : `-${before}`}`;
  }
};

const decorateLinks = (root: DocumentFragment): void => {
  for (const link of root.querySelectorAll('a')) {
    const address = link.getAttribute('href');
    if (address === null || safeUrl(address) === undefined) link.removeAttribute('href');
    else link.rel = 'noopener';
  }
};

const decorateImages = (root: DocumentFragment): void => {
  for (const image of root.querySelectorAll('img')) {
    const address = image.getAttribute('src') ?? '';
    const isShown = picture.test(address) || safeUrl(address) !== undefined;
    // What can't be shown is at least told.
    if (!isShown) image.replaceWith(image.alt);
    if (!image.hasAttribute('alt')) image.alt = '';
    image.loading = 'lazy';
    image.decoding = 'async';
  }
};

/** Boxes to tick stand for a state, and nobody can tick them: they become a picture of it. */
const decorateTasks = (root: DocumentFragment, { words }: MarkdownRendering): void => {
  for (const box of root.querySelectorAll('input')) {
    if (box.type !== 'checkbox') {
      box.remove();
      continue;
    }
    const mark = document.createElement('span');
    mark.className = box.hasAttribute('checked') ? 'task done' : 'task';
    mark.setAttribute('role', 'img');
    mark.setAttribute('aria-label', box.hasAttribute('checked') ? words.done : words.open);
    box.closest('li')?.classList.add('has-task');
    box.replaceWith(mark);
  }
};

/** A box that can be scrolled by keyboard once its content is wider than it. */
const scroller = (label: string): HTMLElement => {
  const box = document.createElement('div');
  box.className = 'scroll';
  box.setAttribute('role', 'group');
  box.setAttribute('aria-label', label);
  return box;
};

const decorateWide = (root: DocumentFragment, { words }: MarkdownRendering): void => {
  for (const table of root.querySelectorAll('table')) {
    const box = scroller(table.caption?.textContent || words.table);
    table.replaceWith(box);
    box.append(table);
  }
  for (const pre of root.querySelectorAll('pre')) {
    const language = /(?:^|\s)language-(\S+)/.exec(pre.querySelector('code')?.className ?? '')?.[1] ?? '';
    const label = language === '' ? words.code : language;
    if (customElements.get('skin-code-block') === undefined) {
      const box = scroller(label);
      box.dir = 'ltr';
      pre.replaceWith(box);
      box.append(pre);
    } else {
      const code = (pre.textContent ?? '').replace(/\n$/, '');
      pre.replaceWith(Object.assign(document.createElement('skin-code-block'), { code, label }));
    }
  }
};

/** Makes of sanitised nodes what the element shows. */
export const decorate = (root: DocumentFragment, rendering: MarkdownRendering): void => {
  // An author's classes have no meaning here, but for what language a piece of code is in.
  for (const styled of root.querySelectorAll('[class]:not(pre > code)')) styled.removeAttribute('class');
  decorateTasks(root, rendering);
  decorateWide(root, rendering);
  for (const code of root.querySelectorAll('pre > code')) code.removeAttribute('class');
  decorateHeadings(root, rendering);
  decorateLinks(root);
  decorateImages(root);
};
