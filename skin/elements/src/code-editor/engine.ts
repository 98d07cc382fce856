import type { Extension, StateEffect } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import { completing } from './completing.ts';
import type { CodeEngine, CodeHost, CodeOptions } from './contract.ts';
import { diagnosing } from './diagnosing.ts';
import { loadLanguage } from './languages.ts';
import { type Libraries, loadLibraries } from './libraries.ts';
import { phrases } from './phrases.ts';
import { theme } from './theme.ts';

/** Part of the configuration that is made anew when one of the options it reads has changed. */
interface Part {
  readonly reads: readonly (keyof CodeOptions)[];
  readonly make: (options: CodeOptions) => Extension;
}

/** What never changes while an editor runs. */
const fixed = (libraries: Libraries, host: CodeHost): Extension => {
  const { state, view, commands, language, search, autocomplete, lint } = libraries;
  const words = Object.fromEntries(phrases.map(([english, term]) => [english, host.say(term, english)]));
  return [
    state.EditorState.phrases.of(words),
    state.EditorState.allowMultipleSelections.of(true),
    view.highlightSpecialChars(),
    view.drawSelection(),
    view.dropCursor(),
    view.rectangularSelection(),
    view.highlightActiveLine(),
    commands.history(),
    language.indentOnInput(),
    language.bracketMatching(),
    autocomplete.closeBrackets(),
    autocomplete.autocompletion(),
    search.search({ top: true }),
    search.highlightSelectionMatches(),
    theme(libraries),
    view.keymap.of([
      ...autocomplete.closeBracketsKeymap,
      ...commands.defaultKeymap,
      ...search.searchKeymap,
      ...commands.historyKeymap,
      ...language.foldKeymap,
      ...autocomplete.completionKeymap,
      ...lint.lintKeymap,
      commands.indentWithTab,
    ]),
    leaving(libraries, host),
  ];
};

/**
 * Escape lets the next Tab leave the editor, which else would indent: without it, who has only a keyboard would be caught.
 * The engine itself does so for two seconds; here there is no hurry. A second Escape is the page's, to close a dialog, say.
 *
 * @see https://www.w3.org/TR/WCAG22/#no-keyboard-trap
 */
const leaving = ({ state, view }: Libraries, host: CodeHost): Extension => {
  let isLeaving = false;
  const stay = (): void => {
    isLeaving = false;
  };
  return [
    state.Prec.lowest(
      view.keymap.of([
        {
          key: 'Escape',
          run: (editor) => {
            if (isLeaving || editor.state.readOnly) return false;
            isLeaving = true;
            editor.setTabFocusMode(60 * 60 * 1000);
            const said = host.say('tabLeaves', 'Tab now leaves the editor.');
            editor.dispatch({ effects: view.EditorView.announce.of(said) });
            return true;
          },
        },
      ]),
    ),
    view.EditorView.domEventObservers({
      keydown: ({ key }) => void (['Escape', 'Tab', 'Shift'].includes(key) || stay()),
      blur: stay,
    }),
  ];
};

const partsOf = (libraries: Libraries, host: CodeHost): readonly Part[] => {
  const { state, view, language } = libraries;
  return [
    {
      reads: ['label', 'describedBy', 'isInvalid', 'required', 'readOnly', 'disabled'],
      make: ({ label, describedBy, isInvalid, required, readOnly, disabled }) => [
        state.EditorState.readOnly.of(readOnly || disabled),
        view.EditorView.editable.of(!readOnly && !disabled),
        view.EditorView.contentAttributes.of({
          'aria-label': label,
          ...(describedBy !== '' && { 'aria-describedby': describedBy }),
          // Text that can't be edited must still be reached, to be read, scrolled and copied.
          ...(!disabled && { tabindex: '0' }),
          ...(readOnly && !disabled && { 'aria-readonly': 'true' }),
          ...(isInvalid && { 'aria-invalid': 'true' }),
          ...(required && { 'aria-required': 'true' }),
          ...(disabled && { 'aria-disabled': 'true' }),
        }),
      ],
    },
    {
      reads: ['lineNumbers', 'wrap', 'tabSize', 'placeholder'],
      make: ({ lineNumbers, wrap, tabSize, placeholder }) => [
        lineNumbers ? [view.lineNumbers(), language.foldGutter(), view.highlightActiveLineGutter()] : [],
        wrap ? view.EditorView.lineWrapping : [],
        placeholder === '' ? [] : view.placeholder(placeholder),
        state.EditorState.tabSize.of(tabSize),
        language.indentUnit.of(' '.repeat(tabSize)),
      ],
    },
    { reads: ['complete'], make: (options) => completing(libraries, host, options) },
    { reads: ['diagnose', 'bone', 'language'], make: (options) => diagnosing(libraries, host, options) },
  ];
};

const create = (libraries: Libraries, host: CodeHost): CodeEngine => {
  const { state, view, commands } = libraries;
  const { EditorState, Compartment, Annotation } = state;
  const byScript = Annotation.define<boolean>();
  const parts = partsOf(libraries, host).map((part) => ({ ...part, compartment: new Compartment() }));
  const grammar = new Compartment();
  let { options } = host;
  let cached: string | undefined = host.text;

  const extensions = [
    fixed(libraries, host),
    grammar.of([]),
    parts.map(({ compartment, make }) => compartment.of(make(options))),
    view.EditorView.updateListener.of(({ docChanged, transactions }) => {
      if (!docChanged) return;
      cached = undefined;
      if (!transactions.some((transaction) => transaction.annotation(byScript) === true)) host.edited();
    }),
    view.EditorView.exceptionSink.of((error) => host.failed(error)),
  ];
  const fields = { history: commands.historyField };
  const [from, to] = host.selection;
  const left = host.state as { readonly doc?: unknown } | undefined;
  const { length } = host.text;
  const initial =
    left?.doc === host.text
      ? EditorState.fromJSON(left, { extensions }, fields)
      : EditorState.create({
          doc: host.text,
          selection: { anchor: Math.min(from, length), head: Math.min(to, length) },
          extensions,
        });
  const editor: EditorView = new view.EditorView({ state: initial, parent: host.parent, root: host.root });

  const speak = async (language: string): Promise<void> => {
    try {
      const extension = await loadLanguage(language);
      // Another may have been chosen meanwhile.
      if (options.language === language) editor.dispatch({ effects: grammar.reconfigure(extension) });
    } catch (error) {
      host.failed(error);
    }
  };
  if (options.language !== '') void speak(options.language);

  const textNow = (): string => (cached ??= editor.state.doc.toString());
  return {
    get text() {
      return textNow();
    },
    get length() {
      return editor.state.doc.length;
    },
    configure: (next) => {
      const old = options;
      options = next;
      const effects: StateEffect<unknown>[] = parts
        .filter(({ reads }) => reads.some((name) => old[name] !== next[name]))
        .map(({ compartment, make }) => compartment.reconfigure(make(next)));
      if (effects.length > 0) editor.dispatch({ effects });
      if (old.language !== next.language) void speak(next.language);
    },
    write: (text) => {
      const changes = difference(textNow(), text);
      editor.dispatch({ changes, annotations: byScript.of(true) });
    },
    focus: () => editor.focus(),
    select: (anchor, head) => {
      const inside = (place: number): number => Math.min(editor.state.doc.length, Math.max(0, place));
      editor.dispatch({ selection: { anchor: inside(anchor), head: inside(head) }, scrollIntoView: true });
    },
    insert: (text) => editor.dispatch(editor.state.replaceSelection(text), { userEvent: 'input' }),
    destroy: () => {
      const rest: unknown = editor.state.toJSON(fields);
      editor.destroy();
      return rest;
    },
  };
};

/** The one stretch in which two texts differ: what stands around it keeps its caret, folds and marks. */
const difference = (
  old: string,
  next: string,
): { readonly from: number; readonly to: number; readonly insert: string } => {
  const most = Math.min(old.length, next.length);
  let from = 0;
  while (from < most && old[from] === next[from]) from += 1;
  let same = 0;
  while (same < most - from && old[old.length - 1 - same] === next[next.length - 1 - same]) same += 1;
  return { from, to: old.length - same, insert: next.slice(from, next.length - same) };
};

/** Loads CodeMirror, and gives what makes an editor of it. */
export const loadCodeEngine = async (): Promise<(host: CodeHost) => CodeEngine> => {
  const libraries = await loadLibraries();
  return (host) => create(libraries, host);
};
