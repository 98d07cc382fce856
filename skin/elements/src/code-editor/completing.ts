import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import type { CodeHost, CodeOptions } from './contract.ts';
import type { Libraries } from './libraries.ts';

/** Asks the page's port what could stand at the caret; it comes beside what the language knows by itself. */
export const completing = (libraries: Libraries, host: CodeHost, { complete }: CodeOptions): Extension => {
  if (typeof complete !== 'function') return [];
  const source = async (context: CompletionContext): Promise<CompletionResult | null> => {
    const word = context.matchBefore(/[\p{L}\p{N}_$-]+/u);
    if (word === null && !context.explicit) return null;
    const abort = new AbortController();
    context.addEventListener('abort', () => abort.abort());
    try {
      const found = await complete({
        text: context.state.doc.toString(),
        position: context.pos,
        word: word?.text ?? '',
        explicit: context.explicit,
        signal: abort.signal,
      });
      const options = [...found].map(({ label, insert, detail, info, kind }): Completion => ({
        label: String(label),
        ...(insert !== undefined && { apply: String(insert) }),
        ...(detail !== undefined && { detail: String(detail) }),
        ...(info !== undefined && { info: String(info) }),
        ...(kind !== undefined && { type: kind }),
      }));
      return options.length === 0
        ? null
        : { from: word?.from ?? context.pos, options, validFor: /^[\p{L}\p{N}_$-]*$/u };
    } catch (error) {
      if (!abort.signal.aborted) host.failed(error);
      return null;
    }
  };
  return libraries.state.EditorState.languageData.of(() => [{ autocomplete: source }]);
};
