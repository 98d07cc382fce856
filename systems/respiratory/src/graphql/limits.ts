import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/** Bounds of one document. */
export interface DocumentLimits {
  /** Levels of fields. */
  readonly maxDepth: number;
  /** Fields once all fragments are filled in. */
  readonly maxFields: number;
}

interface Size {
  readonly depth: number;
  readonly fields: number;
}

/** Validation rule: bounds what one document can ask for. Fragments are measured once each, so that it takes no time. */
export const limitsRule =
  ({ maxDepth, maxFields }: DocumentLimits) =>
  (context: ValidationContext): ASTVisitor => {
    const known = new Map<FragmentDefinitionNode, Size>();
    const open = new Set<FragmentDefinitionNode>();
    const fragment = (name: string): Size => {
      const found = context.getFragment(name);
      // A fragment that contains itself is for another rule to refuse.
      if (found === null || found === undefined || open.has(found)) return { depth: 0, fields: 0 };
      const before = known.get(found);
      if (before !== undefined) return before;
      open.add(found);
      const size = measure(found.selectionSet);
      open.delete(found);
      known.set(found, size);
      return size;
    };
    const measure = ({ selections }: SelectionSetNode): Size => {
      let [depth, fields] = [0, 0];
      for (const selection of selections) {
        let size: Size;
        if (selection.kind === Kind.FRAGMENT_SPREAD) size = fragment(selection.name.value);
        else if (selection.kind === Kind.INLINE_FRAGMENT) size = measure(selection.selectionSet);
        else {
          const inner =
            selection.selectionSet === undefined ? { depth: 0, fields: 0 } : measure(selection.selectionSet);
          size = { depth: inner.depth + 1, fields: inner.fields + 1 };
        }
        depth = Math.max(depth, size.depth);
        fields = Math.min(Number.MAX_SAFE_INTEGER, fields + size.fields);
      }
      return { depth, fields };
    };
    return {
      OperationDefinition: (node) => {
        const { depth, fields } = measure(node.selectionSet);
        const refuse = (what: string): void =>
          context.reportError(new GraphQLError(`This document asks for ${what}.`, { nodes: [node] }));
        if (depth > maxDepth) refuse(`${depth} levels of fields; ${maxDepth} are allowed`);
        if (fields > maxFields) refuse(`${fields} fields; ${maxFields} are allowed`);
      },
    };
  };
