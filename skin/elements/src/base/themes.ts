const rules = `@layer skin{[data-theme=light]{color-scheme:light}[data-theme=dark]{color-scheme:dark}}`;
const adopted = new WeakSet<Document>();

/**
 * Lets `data-theme="light"` and `data-theme="dark"` choose the colour scheme on any element of a document, once per
 * document. The rules stand in a layer, so any rule of the page wins over them.
 */
export const adoptThemes = (document: Document): void => {
  const view = document.defaultView;
  if (!view || adopted.has(document)) return;
  adopted.add(document);
  const sheet = new view.CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets.push(sheet);
};
