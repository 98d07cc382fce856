import type { Extension, EditorState } from '@codemirror/state';
import type { CodeDiagnostic, CodeHost, CodeOptions, CodeShape } from './contract.ts';
import { breakOf, placeOf } from './json-place.ts';
import type { Libraries } from './libraries.ts';

// Longer texts are not looked through by ourselves: parsing one at every pause would be felt.
const longest = 2_000_000;

const checkJson = async (
  state: EditorState,
  bone: CodeShape | undefined,
  { language }: Libraries,
): Promise<CodeDiagnostic[]> => {
  const text = state.doc.toString();
  if (text.trim() === '' || text.length > longest) return [];
  const tree = language.ensureSyntaxTree(state, state.doc.length, 500) ?? language.syntaxTree(state);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return [{ ...breakOf(tree), severity: 'error', message: (error as Error).message }];
  }
  if (typeof bone?.safeParseAsync !== 'function') return [];
  const check = await bone.safeParseAsync(value);
  if (check.ok) return [];
  return check.issues.map(({ pointer, message }) => ({
    ...placeOf(tree, text, pointer),
    severity: 'error',
    message: pointer === '' ? message : `${pointer.slice(1).replaceAll('/', '.')}: ${message}`,
  }));
};

/** What a port gives may point anywhere: brought into the text, in order. */
const within = (length: number, { from, to, severity, message }: CodeDiagnostic): CodeDiagnostic => {
  const inside = (place: number): number => Math.min(length, Math.max(0, Math.trunc(Number(place)) || 0));
  const [start, end] = [inside(from), inside(to)];
  const known = severity === 'warning' || severity === 'info' ? severity : 'error';
  return { from: Math.min(start, end), to: Math.max(start, end), severity: known, message: String(message) };
};

/** Marks what is wrong with the text: JSON by itself, by its shape, and what the page's own port finds. */
export const diagnosing = (libraries: Libraries, host: CodeHost, options: CodeOptions): Extension => {
  const { diagnose, bone, language } = options;
  const isJson = language.toLowerCase() === 'json';
  const { lint } = libraries;
  const grammar = libraries.language.language;
  if (!isJson && typeof diagnose !== 'function') return [];
  let running = new AbortController();
  const find = async ({ state }: { readonly state: EditorState }): Promise<CodeDiagnostic[]> => {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    const results = await Promise.allSettled([
      isJson ? checkJson(state, bone, libraries) : [],
      (async () => (typeof diagnose === 'function' ? diagnose(state.doc.toString(), { signal }) : []))(),
    ]);
    if (signal.aborted) return [];
    for (const result of results) if (result.status === 'rejected') host.failed(result.reason);
    const found = results
      .flatMap((result) => (result.status === 'fulfilled' && Array.isArray(result.value) ? [...result.value] : []))
      .map((one) => within(state.doc.length, one));
    host.diagnosed(found);
    return found;
  };
  return [
    lint.linter(find, {
      delay: 300,
      // Where JSON breaks off is read from its tree, which may come after the first look at the text.
      needsRefresh: ({ startState, state }) => startState.facet(grammar) !== state.facet(grammar),
    }),
    lint.lintGutter(),
  ];
};
