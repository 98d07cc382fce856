/** What buttons of a page can open and close, by `commandfor` or `popovertarget`. */
export interface Invocable extends HTMLElement {
  /** Whether it is open. */
  open: boolean;
  /** Does what a button's `command` says; what it does not know it leaves. */
  invoke(command: string, source: HTMLElement): void;
}

/**
 * Lets buttons of the page open and close an element. Where the browser can refer into a shadow root, a button's command
 * goes to the element with an id in there; elsewhere a listener on the document does the same, loaded only then.
 *
 * @see https://html.spec.whatwg.org/multipage/form-elements.html#attr-button-commandfor
 * @see https://github.com/WICG/webcomponents/blob/gh-pages/proposals/reference-target-explainer.md
 */
export const takeCommands = (host: Invocable, id: string): void => {
  const root = host.shadowRoot as (ShadowRoot & { referenceTarget?: string }) | null;
  if (root !== null && 'referenceTarget' in root) root.referenceTarget = id;
  else void import('./invoke-fallback.ts').then(({ listen }) => listen(host.ownerDocument));
};
