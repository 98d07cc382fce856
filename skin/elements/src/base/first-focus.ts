const canFocus = (element: HTMLElement): boolean =>
  (element.tabIndex >= 0 || element.shadowRoot?.delegatesFocus === true) &&
  !element.matches(':disabled, [inert], [inert] *') &&
  element.checkVisibility({ visibilityProperty: true });

/**
 * Where the focus goes when a dialog opens: to what has `autofocus`, else to the first control in the content. Undefined
 * where there is neither; the browser then takes the closing button.
 */
export const firstFocus = (dialog: HTMLElement): HTMLElement | undefined => {
  const wanted = dialog.querySelector<HTMLElement>('[autofocus]');
  if (wanted !== null && canFocus(wanted)) return wanted;
  return [...dialog.querySelectorAll<HTMLElement>('*')].find(canFocus);
};
