import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import type { LoadRichEngine } from './contract.ts';
import type { RichTextReceptor } from './rich-text-editor.ts';
import './rich-text-editor.ts';
import '../stack/stack.ts';

const meta: Meta = { title: 'Advanced/Rich text editor', component: 'skin-rich-text-editor' };
export default meta;

const report = `<h2>Swarm off Hualien</h2><p>Two <strong>short</strong> shocks, <em>one long</em>; see <a href="https://example.org/map">the map</a>.</p><ul><li><p>cups fell</p></li><li><p>no <s>injuries</s></p></li></ul><blockquote><p>It went on and on.</p></blockquote><pre><code>depth = 12</code></pre>`;
const offline: LoadRichEngine = () => Promise.reject(new Error('offline'));

const whenReady: StoryObj['play'] = async ({ canvasElement }) => {
  for (const editor of canvasElement.querySelectorAll<RichTextReceptor>('skin-rich-text-editor'))
    while (!editor.matches(':state(ready), :state(failed)')) await new Promise(requestAnimationFrame);
};
const all = (): TemplateResult =>
  html`<skin-stack
    ><skin-rich-text-editor label="Report" help="What was felt, and where." .value=${report}></skin-rich-text-editor
    ><skin-rich-text-editor
      label="Remark"
      placeholder="A line or two"
      tools="bold italic | link"
      maxlength="200"
      required
    ></skin-rich-text-editor
    ><skin-rich-text-editor label="Read only" readonly value="<p>It <b>can be</b> read.</p>"></skin-rich-text-editor
    ><skin-rich-text-editor label="Disabled" disabled value="<p>It is off.</p>"></skin-rich-text-editor
  ></skin-stack>`;
export const All: StoryObj = { render: all, play: whenReady };
export const Dark: StoryObj = { render: all, play: whenReady, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, play: whenReady, globals: { direction: 'rtl' } };
/** The address of a link is asked for in the editor itself; one that would run a script is refused. */
export const Link: StoryObj = {
  render: () => html`<skin-rich-text-editor label="Report" .value=${report}></skin-rich-text-editor>`,
  play: async (context) => {
    await whenReady(context);
    const root = context.canvasElement.querySelector('skin-rich-text-editor')?.shadowRoot;
    root?.querySelector<HTMLElement>('[aria-label="Link"]')?.click();
    while (root?.querySelector('#address') === null) await new Promise(requestAnimationFrame);
    const input = root?.querySelector<HTMLInputElement>('#address');
    if (input) input.value = 'javascript:alert(1)';
    root?.querySelector<HTMLElement>('.address button')?.click();
  },
};
/** Without its engine: a text area. Formatting that it can't show is kept, and can't be changed. */
export const EngineFailed: StoryObj = {
  render: () =>
    html`<skin-stack
      ><skin-rich-text-editor
        label="Remark"
        .engine=${offline}
        value="<p>It can be written.</p>"
      ></skin-rich-text-editor
      ><skin-rich-text-editor label="Report" .engine=${offline} .value=${report}></skin-rich-text-editor
    ></skin-stack>`,
  play: whenReady,
};
