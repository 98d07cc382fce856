/** What a trigger opens, in ARIA's words. */
export type Popup = 'menu' | 'dialog' | 'listbox';

/** The kit's own buttons take these as properties; their native button is out of reach. */
interface KitButton {
  popup: Popup | '';
  expanded: boolean | undefined;
  description: string;
}

const isKitButton = (element: Element): element is Element & KitButton => 'popup' in element;

/** Tells assistive technology what a button opens, and whether that is open. */
export const markTrigger = (trigger: Element, popup: Popup, expanded: boolean): void => {
  if (isKitButton(trigger)) {
    trigger.popup = popup;
    trigger.expanded = expanded;
  } else {
    trigger.setAttribute('aria-haspopup', popup);
    trigger.setAttribute('aria-expanded', String(expanded));
  }
};

/** Gives an element a description for assistive technology; an empty text takes it away. */
export const describe = (element: Element, description: string): void => {
  if (isKitButton(element)) element.description = description;
  else if (description === '') element.removeAttribute('aria-description');
  else element.setAttribute('aria-description', description);
};

/** The first element in a slot. */
export const firstIn = (slot: HTMLSlotElement | null | undefined): HTMLElement | undefined => {
  const [first] = slot?.assignedElements({ flatten: true }) ?? [];
  return first instanceof HTMLElement ? first : undefined;
};
