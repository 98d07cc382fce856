/** Toasts on the page at most. When there are more, the oldest go, and errors last. */
const most = 5;
const id = 'skin-toasts';

/** The modal dialog on top, where everything outside is out of reach and unheard, or else the page. */
const home = (): Element => {
  const isOpen = (dialog: Element): boolean => 'open' in dialog && dialog.open === true;
  return (
    [...document.querySelectorAll('dialog:modal, skin-dialog, skin-drawer, skin-confirm')].filter(isOpen).at(-1) ??
    document.body
  );
};

const create = (): HTMLElement => {
  const stack = document.createElement('div');
  stack.id = id;
  stack.popover = 'manual';
  stack.style.cssText =
    'position:fixed;inset:auto;inset-block-end:1rem;inset-inline-end:1rem;margin:0;padding:0;border:0;background:none;overflow:visible;pointer-events:none;color:inherit';
  // A live region must be there before its first message, or some screen readers miss that one.
  for (const [urgency, role] of [
    ['polite', 'status'],
    ['assertive', 'alert'],
  ] as const) {
    const region = document.createElement('div');
    region.dataset['urgency'] = urgency;
    region.setAttribute('role', role);
    region.style.cssText = 'display:grid;gap:.6rem;justify-items:end;margin-block-start:.6rem';
    stack.append(region);
  }
  return stack;
};

/** Puts the stack where it can be reached: above all else, and inside the modal dialog on top, if there is one. */
const place = (stack: HTMLElement): void => {
  const target = home();
  if (stack.parentElement !== target) {
    target.append(stack);
    if (target !== document.body) target.addEventListener('close', () => place(stack), { once: true });
  }
  if (!stack.matches(':popover-open')) stack.showPopover();
};

/** Adds a toast to the corner of the page. */
export const addToast = (toast: HTMLElement, urgency: 'polite' | 'assertive'): void => {
  const known = document.getElementById(id);
  const stack = known ?? create();
  place(stack);
  const all = [...stack.querySelectorAll<HTMLElement & { dismiss?: () => void }>('skin-toast')];
  for (const old of all.slice(0, Math.max(0, all.length + 1 - most))) old.dismiss?.();
  if (known === null) {
    // Shown a moment after its region, the first message too is something that changes in it.
    toast.hidden = true;
    requestAnimationFrame(() => (toast.hidden = false));
  }
  stack.querySelector(`[data-urgency=${urgency}]`)?.append(toast);
};
