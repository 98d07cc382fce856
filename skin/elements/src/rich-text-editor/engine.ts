import type { ChainedCommands, Content, Editor } from '@tiptap/core';
import { missing } from '../base/engine.ts';
import { safeUrl } from '../base/safe-url.ts';
import { Bar } from './bar.ts';
import { barStyles } from './bar.styles.ts';
import type { RichEngine, RichHost, RichOptions, RichState, RichTool } from './contract.ts';

interface Deed {
  /** Name and attributes of the mark or node that is in force. */
  readonly active?: readonly [name: string, attributes?: Readonly<Record<string, unknown>>];
  readonly run: (chain: ChainedCommands) => ChainedCommands;
}

const heading = (level: 1 | 2 | 3): Deed => ({
  active: ['heading', { level }],
  run: (chain) => chain.toggleHeading({ level }),
});

const deeds: Readonly<Record<RichTool, Deed>> = {
  'heading-1': heading(1),
  'heading-2': heading(2),
  'heading-3': heading(3),
  bold: { active: ['bold'], run: (chain) => chain.toggleBold() },
  italic: { active: ['italic'], run: (chain) => chain.toggleItalic() },
  underline: { active: ['underline'], run: (chain) => chain.toggleUnderline() },
  strike: { active: ['strike'], run: (chain) => chain.toggleStrike() },
  code: { active: ['code'], run: (chain) => chain.toggleCode() },
  'bullet-list': { active: ['bulletList'], run: (chain) => chain.toggleBulletList() },
  'ordered-list': { active: ['orderedList'], run: (chain) => chain.toggleOrderedList() },
  quote: {
    active: ['blockquote'],
    // All that is selected as a whole stands in no quote that could be taken off; its text does.
    run: (chain) =>
      chain
        .command(({ state: { selection }, commands }) =>
          commands.setTextSelection({ from: selection.from, to: selection.to }),
        )
        .toggleBlockquote(),
  },
  'code-block': { active: ['codeBlock'], run: (chain) => chain.toggleCodeBlock() },
  link: { active: ['link'], run: (chain) => chain.extendMarkRange('link').unsetLink() },
  undo: { run: (chain) => chain.undo() },
  redo: { run: (chain) => chain.redo() },
};
const tools = Object.keys(deeds) as RichTool[];

const attributesOf = (options: RichOptions, isEmpty: boolean): Record<string, string> => ({
  role: 'textbox',
  'aria-multiline': 'true',
  'aria-label': options.label,
  dir: 'auto',
  class: 'content',
  ...(options.describedBy !== '' && { 'aria-describedby': options.describedBy }),
  ...(options.isInvalid && { 'aria-invalid': 'true' }),
  ...(options.required && { 'aria-required': 'true' }),
  ...(options.disabled && { 'aria-disabled': 'true' }),
  // Text that can't be edited must still be reached, to be read and copied.
  ...(options.readOnly && !options.disabled && { 'aria-readonly': 'true', tabindex: '0' }),
  ...(options.placeholder !== '' && { 'aria-placeholder': options.placeholder }),
  ...(isEmpty && { 'data-placeholder': options.placeholder }),
});

const stateOf = (editor: Editor): RichState => {
  const href: unknown = editor.getAttributes('link')['href'];
  const active = new Set(
    tools.filter((tool) => {
      const { active: what } = deeds[tool];
      return what !== undefined && editor.isActive(...what);
    }),
  );
  // What is in force can be taken off, and a link can always be typed.
  const possible = tools.filter(
    (tool) => tool === 'link' || active.has(tool) || deeds[tool].run(editor.can().chain()).run(),
  );
  return { active, possible: new Set(possible), link: typeof href === 'string' ? href : undefined };
};

const setLink = (editor: Editor, address: string): void => {
  editor.view.focus();
  const chain = editor.chain();
  if (address === '') chain.extendMarkRange('link').unsetLink().run();
  else if (editor.state.selection.empty && !editor.isActive('link'))
    chain.insertContent({ type: 'text', text: address, marks: [{ type: 'link', attrs: { href: address } }] }).run();
  else chain.extendMarkRange('link').setLink({ href: address }).run();
};

/** Loads Tiptap, and gives what makes an editor of it. */
export const loadRichEngine = async (): Promise<(host: RichHost) => RichEngine> => {
  const [core, { default: StarterKit }] = await Promise.all([
    import('@tiptap/core').catch(missing('@tiptap/core')),
    import('@tiptap/starter-kit').catch(missing('@tiptap/starter-kit')),
  ]);
  const kit = StarterKit.configure({
    // A paragraph that nobody wrote would stand at the end of every value.
    trailingNode: false,
    link: {
      openOnClick: false,
      defaultProtocol: 'https',
      isAllowedUri: (address) => safeUrl(address) !== undefined,
      HTMLAttributes: { rel: 'noopener', target: null, class: null },
    },
  });

  const sheet = new CSSStyleSheet();
  sheet.replaceSync(barStyles);

  return (host) => {
    let { options } = host;
    const takes = (data: DataTransfer | null): boolean =>
      host.takes(Math.max(...['text/html', 'text/plain'].map((type) => data?.getData(type).length ?? 0)));
    const editor = new core.Editor({
      element: host.parent,
      extensions: [kit],
      content: host.content,
      editable: !options.readOnly && !options.disabled,
      injectCSS: false,
      editorProps: {
        attributes: ({ doc }) => attributesOf(options, core.isNodeEmpty(doc)),
        handlePaste: (_view, { clipboardData }) => !takes(clipboardData),
        handleDrop: (_view, { dataTransfer }, _slice, isMoved) => !isMoved && !takes(dataTransfer),
      },
      onUpdate: () => host.edited(),
      onTransaction: () => void host.moved(),
    });
    editor.commands.setTextSelection(host.caret);
    if (!host.root.adoptedStyleSheets.includes(sheet)) host.root.adoptedStyleSheets.push(sheet);
    const html = (): string => (editor.isEmpty ? '' : editor.getHTML());
    // At once: the command would wait for the next frame, and a key that comes before it would be lost.
    const focus = (): void => editor.view.focus();
    const bar = new Bar(host, {
      get state() {
        return stateOf(editor);
      },
      run: (tool, address) => {
        if (options.readOnly || options.disabled) return;
        if (tool === 'link' && address !== undefined) setLink(editor, address);
        else deeds[tool].run(editor.chain()).run();
      },
      focus,
    });
    return {
      get html() {
        return html();
      },
      get json() {
        return editor.getJSON();
      },
      get length() {
        return editor.state.doc.textContent.length;
      },
      get isEmpty() {
        return editor.isEmpty;
      },
      configure: (next) => {
        if (JSON.stringify(next) === JSON.stringify(options)) return;
        options = next;
        editor.setEditable(!options.readOnly && !options.disabled, false);
        // Its attributes are read anew.
        editor.view.setProps({});
      },
      write: (content) => {
        editor
          .chain()
          .setMeta('addToHistory', false)
          .setContent(content as Content, { emitUpdate: false, errorOnInvalidContent: typeof content !== 'string' })
          .run();
      },
      render: () => bar.render(options),
      onKeydown: (event) => void (options.readOnly || options.disabled || bar.onKeydown(event)),
      focus,
      destroy: () => editor.destroy(),
    };
  };
};
