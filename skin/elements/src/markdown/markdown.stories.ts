import type { Meta, StoryObj } from '@storybook/web-components-vite';
import { html, type TemplateResult } from 'lit';
import type { LoadMarkdown } from './contract.ts';
import type { MarkdownCell } from './markdown.ts';
import './markdown.ts';

const meta: Meta = { title: 'Advanced/Markdown', component: 'skin-markdown' };
export default meta;

const text = `# Swarm off Hualien

Two **short** shocks, _one long_; see [the map](https://example.org/map) or \`swarm-4\`. Press <kbd>M</kbd>.

- [x] cups fell
- [ ] walls measured
  1. north
  2. south

> It went on and on.

| station | depth | magnitude | remark |
|---------|------:|----------:|--------|
| HL-04   | 12.5  | 4.2       | long   |
| HL-07   | 9.1   | 3.8       | short  |

\`\`\`js
await bus.emit('alert', { place: 'Hualien', magnitude: 4.2 });
\`\`\`

---

## What is next

<script>alert('never')</script> Nothing runs.`;
const offline: LoadMarkdown = () => Promise.reject(new Error('offline'));

const whenReady: StoryObj['play'] = async ({ canvasElement }) => {
  for (const one of canvasElement.querySelectorAll<MarkdownCell>('skin-markdown'))
    while (!one.matches(':state(rendered), :state(failed)')) await new Promise(requestAnimationFrame);
};
const all = (): TemplateResult => html`<skin-markdown style="max-inline-size:44rem" .text=${text}></skin-markdown>`;
export const All: StoryObj = { render: all, play: whenReady };
export const Dark: StoryObj = { render: all, play: whenReady, globals: { theme: 'dark' } };
export const RightToLeft: StoryObj = { render: all, play: whenReady, globals: { direction: 'rtl' } };
/** Without its engine: the text as it is. */
export const EngineFailed: StoryObj = {
  render: () => html`<skin-markdown .engine=${offline} .text=${text}></skin-markdown>`,
  play: whenReady,
};
