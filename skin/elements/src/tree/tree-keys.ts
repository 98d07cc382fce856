import type { TreeItemCell } from './tree-item.ts';

/** What a key does in a tree: the focus moves, the item is opened or closed, chosen or activated. */
export type TreeStep =
  | { readonly does: 'move'; readonly to: TreeItemCell | undefined }
  | { readonly does: 'toggle' | 'expand' | 'all' | 'choose' | 'activate' };

const parentOf = (item: TreeItemCell): TreeItemCell | undefined => {
  const parent = item.parentElement;
  return parent?.localName === item.localName ? (parent as TreeItemCell) : undefined;
};

/**
 * Reads a key as a tree does; undefined for one that means nothing to it.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/treeview/#keyboardinteraction
 */
export const treeKey = (
  event: KeyboardEvent,
  shown: readonly TreeItemCell[],
  item: TreeItemCell,
  isTyping: boolean,
): TreeStep | undefined => {
  const { key, altKey, shiftKey } = event;
  const isCommand = event.ctrlKey || event.metaKey;
  if (altKey) return undefined;
  if (isCommand && key.toLowerCase() === 'a') return { does: 'all' };
  if (key === 'Home' && (!isCommand || shiftKey)) return { does: 'move', to: shown[0] };
  if (key === 'End' && (!isCommand || shiftKey)) return { does: 'move', to: shown.at(-1) };
  if (isCommand) return undefined;
  const at = shown.indexOf(item);
  const isRtl = item.matches(':dir(rtl)');
  const isOpen = item.expanded && item.isParent;
  switch (key) {
    case 'ArrowDown':
      return { does: 'move', to: shown[at + 1] };
    case 'ArrowUp':
      return { does: 'move', to: shown[at - 1] };
    case isRtl ? 'ArrowLeft' : 'ArrowRight':
      return isOpen ? { does: 'move', to: item.items[0] } : { does: 'toggle' };
    case isRtl ? 'ArrowRight' : 'ArrowLeft':
      return isOpen && !item.disabled ? { does: 'toggle' } : { does: 'move', to: parentOf(item) };
    case '*':
      return { does: 'expand' };
    case 'Enter':
      return { does: 'activate' };
    case ' ':
      return isTyping ? undefined : { does: 'choose' };
    default:
      return undefined;
  }
};
