import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import type { CodeReceptor } from './code-editor.ts';
import type { CodeCompletion, LoadCodeEngine } from './contract.ts';
import './code-editor.ts';
import '../stack/stack.ts';

const meta: Meta = { title: 'Advanced/Code editor', component: 'skin-code-editor' };
export default meta;

const watch = `// Alerts for swarms
import { bus } from './bus.js';

export class Watch extends Organ {
  async run(quake, limit = 4.5) {
    if (quake.magnitude < limit || /sea/i.test(quake.place)) return null;
    await bus.emit('alert', { place: quake.place, tags: ['swarm', true] });
  }
}`;
const settings = `{
  "station": "HL-04",
  "depth": "deep",
  "tags": ["sea", null, true]
}`;
/** What a Bone would find in the settings. */
const bone = {
  safeParseAsync: async (value: unknown) =>
    typeof (value as { depth?: unknown }).depth === 'number'
      ? { ok: true as const, value }
      : { ok: false as const, issues: [{ pointer: '/depth', message: 'Expected a number' }] },
};
const complete = ({ word }: { readonly word: string }): CodeCompletion[] =>
  ['magnitude', 'place', 'depth']
    .filter((label) => label.startsWith(word))
    .map((label) => ({ label, kind: 'property', detail: 'of a quake' }));
const offline: LoadCodeEngine = () => Promise.reject(new Error('offline'));

/** Whether an editor has come to an end: its engine and language are there, and what is wrong with the settings is marked. */
const isDone = (editor: CodeReceptor): boolean => {
  if (editor.matches(':state(failed)')) return true;
  const has = (selector: string): boolean => editor.shadowRoot?.querySelector(selector) !== null;
  const isColored = editor.value === '' || has('.cm-line > span');
  return editor.matches(':state(ready)') && isColored && (editor.bone === undefined || has('.cm-lintRange'));
};
/** Waits for the engines: a picture of the text areas before them says little, and marks come only after a pause. */
const whenReady: StoryObj['play'] = async ({ canvasElement }) => {
  for (const editor of canvasElement.querySelectorAll<CodeReceptor>('skin-code-editor'))
    while (!isDone(editor)) await new Promise(requestAnimationFrame);
};
const all = (): TemplateResult =>
  html`<skin-stack
    ><skin-code-editor
      label="Operation"
      help="Runs for each quake."
      language="javascript"
      line-numbers
      .value=${watch}
      .complete=${complete}
    ></skin-code-editor
    ><skin-code-editor
      label="Settings"
      language="json"
      line-numbers
      required
      .value=${settings}
      .bone=${bone}
    ></skin-code-editor
    ><skin-code-editor label="Query" language="sql" placeholder="select …" rows="2"></skin-code-editor
    ><skin-code-editor label="Read only" language="css" readonly rows="2" value="a { color: teal; }"></skin-code-editor
    ><skin-code-editor label="Disabled" language="python" disabled rows="2" value="x = 1"></skin-code-editor
  ></skin-stack>`;
export const All: StoryObj = { render: all, play: whenReady };
export const Dark: StoryObj = { render: all, play: whenReady, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, play: whenReady, globals: { direction: 'rtl' } };
/** Without its engine: a text area, which works in its form all the same. */
export const EngineFailed: StoryObj = {
  render: () =>
    html`<skin-code-editor
      label="Operation"
      language="javascript"
      .engine=${offline}
      .value=${watch}
    ></skin-code-editor>`,
  play: whenReady,
};
