const modifiers = ['mod', 'ctrl', 'meta', 'alt', 'shift'];
const isApple = (): boolean => /Mac|iPhone|iPad/.test(navigator.platform);

/**
 * Whether a key event is what a text such as `Mod+K` names. `Mod` is Command on Apple's systems and Ctrl elsewhere. A
 * single key without Ctrl, Alt or Meta is none: it could not be typed any more.
 */
export const isHotkey = (event: KeyboardEvent, text: string): boolean => {
  const parts = String(text).toLowerCase().split('+');
  const key = parts.at(-1) ?? '';
  const held = new Set(parts.slice(0, -1));
  if (key === '' || ![...held].every((one) => modifiers.includes(one))) return false;
  if (held.delete('mod')) held.add(isApple() ? 'meta' : 'ctrl');
  if (!held.has('ctrl') && !held.has('meta') && !held.has('alt')) return false;
  const { ctrlKey, metaKey, altKey, shiftKey } = event;
  return (
    event.key.toLowerCase() === key &&
    ctrlKey === held.has('ctrl') &&
    metaKey === held.has('meta') &&
    altKey === held.has('alt') &&
    shiftKey === held.has('shift')
  );
};
