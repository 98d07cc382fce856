import type { syntaxTree } from '@codemirror/language';

type Tree = ReturnType<typeof syntaxTree>;
type SyntaxNode = Tree['topNode'];

/** A stretch of a text. */
export interface Place {
  readonly from: number;
  readonly to: number;
}

const isToken = ({ name }: SyntaxNode): boolean => /^[[\]{},:⚠]$/u.test(name);

function* childrenOf(node: SyntaxNode): Generator<SyntaxNode> {
  for (let child = node.firstChild; child !== null; child = child.nextSibling) if (!isToken(child)) yield child;
}

const nameOf = (property: SyntaxNode, text: string): unknown => {
  const name = property.getChild('PropertyName');
  return name === null ? undefined : JSON.parse(text.slice(name.from, name.to));
};

const step = (node: SyntaxNode, token: string, text: string): SyntaxNode | null | undefined => {
  const children = [...childrenOf(node)];
  if (node.name === 'Array') return children[Number(token)];
  // Of a name that is given twice, the last one counts.
  return children.findLast((child) => child.name === 'Property' && nameOf(child, text) === token)?.lastChild;
};

/**
 * Where a value stands in a JSON text, by its JSON Pointer; for one that isn't there, the bracket that opens the innermost
 * value around it.
 *
 * @see RFC 6901
 */
export const placeOf = (tree: Tree, text: string, pointer: string): Place => {
  let node = tree.topNode.firstChild;
  if (node === null) return { from: 0, to: 0 };
  for (const token of pointer.split('/').slice(1)) {
    const next = step(node, token.replaceAll('~1', '/').replaceAll('~0', '~'), text);
    if (next === null || next === undefined) return { from: node.from, to: Math.min(node.to, node.from + 1) };
    node = next;
  }
  return { from: node.from, to: node.to };
};

/** Where a JSON text is first broken. */
export const breakOf = (tree: Tree): Place => {
  let found: Place | undefined;
  tree.iterate({
    enter: (node) => {
      if (found !== undefined) return false;
      // What is missing takes no room: the character after it shows where.
      if (node.type.isError) found = { from: node.from, to: Math.max(node.to, Math.min(node.from + 1, tree.length)) };
      return true;
    },
  });
  return found ?? { from: tree.length, to: tree.length };
};
