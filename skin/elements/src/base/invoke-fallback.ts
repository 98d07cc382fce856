import type { Invocable } from './invoke.ts';

const isInvocable = (element: Element | null): element is Invocable => element !== null && 'invoke' in element;
const known = new WeakSet<Document>();

/** Does for buttons that point at elements of the kit what the browser does for those that point at its own. */
export const listen = (page: Document): void => {
  if (known.has(page)) return;
  known.add(page);
  let pressed: { readonly target: Invocable; readonly wasOpen: boolean } | undefined;
  const find = (
    event: Event,
  ): { readonly button: HTMLElement; readonly target: Invocable; readonly command: string } | undefined => {
    const button = event
      .composedPath()
      .find((one): one is HTMLElement => one instanceof HTMLElement && one.matches('button:enabled'));
    const id = button?.getAttribute('commandfor') ?? button?.getAttribute('popovertarget');
    if (button === undefined || id === null || id === undefined) return undefined;
    const target = (button.getRootNode() as Document | ShadowRoot).getElementById(id);
    const action = button.getAttribute('popovertargetaction') ?? 'toggle';
    const command = button.hasAttribute('commandfor') ? (button.getAttribute('command') ?? '') : `${action}-popover`;
    return isInvocable(target) ? { button, target, command } : undefined;
  };
  // A press beside an open panel closes it before the click comes, which must not open it again.
  page.addEventListener(
    'pointerdown',
    (event) => {
      const target = find(event)?.target;
      pressed = target && { target, wasOpen: target.open };
    },
    true,
  );
  page.addEventListener('click', (event) => {
    const found = event.defaultPrevented ? undefined : find(event);
    if (found === undefined) return;
    const { button, target, command } = found;
    const wasOpen = event.detail > 0 && pressed?.target === target ? pressed.wasOpen : target.open;
    target.invoke(command === 'toggle-popover' ? `${wasOpen ? 'hide' : 'show'}-popover` : command, button);
  });
};
