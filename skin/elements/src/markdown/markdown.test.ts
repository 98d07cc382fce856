import { html, type TemplateResult } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import type { EngineFailure } from '../base/engine.ts';
import type { LoadMarkdown } from './contract.ts';
import { dedent, split } from './split.ts';
import type { MarkdownCell } from './markdown.ts';
import './markdown.ts';

/** A busy machine may take its time to load an engine. */
const patience = { timeout: 15_000 };
const waitFor = (check: () => unknown): Promise<unknown> => vi.waitFor(check, patience);
const isRendered = async (stage: Element): Promise<void> =>
  void (await waitFor(() => expect([...stage.querySelectorAll('skin-markdown:not(:state(rendered))')]).toEqual([])));
const setUp = async (template: TemplateResult) => {
  const stage = await show(template);
  await isRendered(stage);
  const element = stage.querySelector('skin-markdown') as MarkdownCell;
  await element.updateComplete;
  const content = element.shadowRoot?.querySelector('#content') as HTMLElement;
  return { stage, element, content };
};
const rendered = async (text: string) => (await setUp(html`<skin-markdown .text=${text}></skin-markdown>`)).content;

const sample = `# Swarm\n\nSome *text* with \`code\`, ~~old~~ and a [link](https://example.org/a "Title").\n\n- [x] felt\n- [ ] measured\n\n> Quote\n\n| a | b |\n|--|--:|\n| 1 | 2 |\n\n\`\`\`js\nlet a = 1;\n\`\`\`\n\n![A map](/map.png)\n`;

describe('skin-markdown', () => {
  it('is accessible', async () => {
    await expectAccessible(html`<skin-markdown heading-offset="1" .text=${sample}></skin-markdown>`, isRendered);
  });

  it('shows formatted text', async () => {
    const content = await rendered(sample);
    expect([...content.children].map(({ localName }) => localName)).toEqual('h1 p ul blockquote div div p'.split(' '));
    await expect.element(page.getByRole('heading', { level: 1, name: 'Swarm' })).toBeVisible();
    await expect.element(page.getByRole('img', { name: 'A map' })).toHaveAttribute('loading', 'lazy');
    await expect.element(page.getByRole('link', { name: 'link' })).toHaveAttribute('rel', 'noopener');
    await expect.element(page.getByRole('img', { name: 'Done' })).toBeVisible();
    await expect.element(page.getByRole('img', { name: 'To do' })).toBeVisible();
    expect([content.querySelector('input'), content.querySelector('pre')?.textContent]).toEqual([null, 'let a = 1;\n']);
  });

  it('takes its text from what stands in it, and follows it', async () => {
    const { element, content } = await setUp(
      html`<skin-markdown
        ><script type="text/markdown">
          ## Title

              indented & <b>bold</b>
        </script></skin-markdown
      >`,
    );
    expect([content.querySelector('h2')?.textContent, content.querySelector('code')?.textContent]).toEqual([
      'Title',
      'indented & <b>bold</b>\n',
    ]);
    element.textContent = 'Other';
    await waitFor(() => expect(content.textContent).toBe('Other\n'));
    element.text = 'Third';
    await waitFor(() => expect(content.textContent).toBe('Third\n'));
  });

  it('moves headings down, to the sixth level at most', async () => {
    const { element, content } = await setUp(
      html`<skin-markdown .text=${'# a\n\n## b\n\n###### c'} heading-offset="2"></skin-markdown>`,
    );
    const levels = (): string => [...content.children].map(({ localName }) => localName).join(' ');
    expect(levels()).toBe('h3 h4 h6');
    for (const [offset, expected] of [
      [-3, 'h1 h2 h6'],
      [99, 'h6 h6 h6'],
      [Number.NaN, 'h1 h2 h6'],
    ] as const) {
      element.headingOffset = offset;
      await waitFor(() => expect(levels()).toBe(expected));
    }
  });

  it('follows a link to a heading of its own', async () => {
    const { element } = await setUp(
      html`<skin-markdown .text=${'[go](#the-end)\n\n# The end!\n\n# The end'}></skin-markdown>`,
    );
    const ids = [...(element.shadowRoot?.querySelectorAll('h1') ?? [])].map(({ id }) => id);
    expect(ids).toEqual(['section-the-end', 'section-the-end-1']);
    await userEvent.click(page.getByRole('link', { name: 'go' }));
    expect(element.shadowRoot?.activeElement?.id).toBe('section-the-end');
  });

  it('lets wide tables and code be scrolled by keyboard, and only those', async () => {
    const { content } = await setUp(
      html`<div style="inline-size:12rem">
        <skin-markdown
          .text=${`| ${'a wide column | '.repeat(9)}\n|${'--|'.repeat(9)}\n\n| a |\n|--|\n`}
        ></skin-markdown>
      </div>`,
    );
    const [wide, narrow] = content.querySelectorAll<HTMLElement>('.scroll');
    await waitFor(() => expect(wide?.tabIndex).toBe(0));
    expect(narrow?.hasAttribute('tabindex')).toBe(false);
    await userEvent.keyboard('{Tab}{ArrowRight}{ArrowRight}{ArrowRight}');
    await waitFor(() => expect(wide?.scrollLeft).toBeGreaterThan(0));
  });

  it('breaks lines where it is told to', async () => {
    const { content, element } = await setUp(html`<skin-markdown .text=${'a\nb'}></skin-markdown>`);
    expect(content.querySelector('br')).toBeNull();
    element.breaks = true;
    await waitFor(() => expect(content.querySelector('br')).not.toBeNull());
  });
});

const hostile = [
  '<script>window.hacked=1</script>',
  '<img src=x onerror="window.hacked=1">',
  '<svg onload="window.hacked=1"><script>window.hacked=1</script><a xlink:href="javascript:window.hacked=1">x</a></svg>',
  '<math href="javascript:window.hacked=1"><mtext><img src=x onerror=window.hacked=1></mtext></math>',
  '<iframe src="javascript:parent.hacked=1" srcdoc="<script>parent.hacked=1</script>"></iframe>',
  '<form action="javascript:window.hacked=1"><button formaction="javascript:window.hacked=1">x</button></form>',
  '<p style="position:fixed;inset:0" onclick="window.hacked=1">x</p>',
  '<style>:host{display:none}</style>',
  '<base href="https://evil.example/"><link rel=stylesheet href=x><meta http-equiv=refresh content="0;url=javascript:window.hacked=1">',
  '[x](javascript:window.hacked=1)',
  '[x](JaVaScRiPt:window.hacked=1)',
  '[x](&#106;avascript:window.hacked=1)',
  '[x](data:text/html,<script>window.hacked=1</script>)',
  '![x](javascript:window.hacked=1)',
  '![x](data:image/svg+xml,<svg/onload=window.hacked=1>)',
  '<a href="java\nscript:window.hacked=1">x</a>',
  '<a href="vbscript:x" target=_blank ping="https://evil.example">x</a>',
  '[x]: javascript:window.hacked=1\n\n[x]',
  '<javascript:window.hacked=1>',
  '<div id="content" name="documentElement"><img name="getElementById"></div>',
  '<slot></slot><template shadowrootmode="open"><script>window.hacked=1</script></template>',
  '<skin-button onclick="window.hacked=1">x</skin-button>',
  '<details ontoggle="window.hacked=1" open><summary>x</summary></details>',
  '<noscript><p title="</noscript><img src=x onerror=window.hacked=1>"></noscript>',
  '```js" onload="window.hacked=1\n<img src=x onerror=window.hacked=1>\n```',
  '<p class="scroll task" part="content" is="x-y" contenteditable>x</p>',
  '<input type="image" src="x" onerror="window.hacked=1"><input autofocus onfocus="window.hacked=1">',
];
const forbidden =
  'script,style,svg,math,iframe,object,embed,form,button,input,base,link,meta,template,slot,skin-button,[style],[target],[ping],[name],[is],[contenteditable]';

describe('nothing runs', () => {
  it.each(hostile)('of %s', async (text) => {
    const content = await rendered(`before\n\n${text}\n\nafter`);
    expect(content.querySelector(forbidden)).toBeNull();
    const all = [...content.querySelectorAll('*')];
    expect(all.flatMap((one) => [...one.attributes]).filter(({ name }) => name.startsWith('on'))).toEqual([]);
    expect(all.filter(({ id }) => id === 'content')).toEqual([]);
    const addresses = [...content.querySelectorAll<HTMLAnchorElement>('a[href]')].map(({ protocol }) => protocol);
    expect(addresses.filter((protocol) => !/^https?:$/.test(protocol))).toEqual([]);
    const pictures = [...content.querySelectorAll('img')].map(({ src }) => src);
    expect(pictures.filter((src) => src !== '' && !src.startsWith('http'))).toEqual([]);
    for (const link of content.querySelectorAll('a')) link.click();
    expect([content.textContent?.includes('before'), 'hacked' in window]).toEqual([true, false]);
  });

  it('and a picture in the text itself is shown', async () => {
    const content = await rendered('![dot](data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=)');
    await waitFor(() => expect(content.querySelector('img')?.naturalWidth).toBe(1));
  });
});

describe('its engine', () => {
  const errors: string[] = [];
  const noted = ({ detail }: CustomEvent<EngineFailure>): void => void errors.push(detail.error.code);

  it('may fail: the text is shown as it is, and it is told', async () => {
    errors.length = 0;
    const load: LoadMarkdown = () => Promise.reject(new Error('offline'));
    const stage = await show(
      html`<skin-markdown .engine=${load} @engine-error=${noted} .text=${'# a <b>'}></skin-markdown
        ><skin-markdown .engine=${load} @engine-error=${noted}># c</skin-markdown>`,
    );
    await waitFor(() => expect(errors).toEqual(['SKIN_ENGINE_FAILED', 'SKIN_ENGINE_FAILED']));
    const [given, child] = stage.querySelectorAll('skin-markdown');
    expect(given?.matches(':state(failed)')).toBe(true);
    expect(given?.shadowRoot?.querySelector('.plain')?.textContent).toBe('# a <b>');
    expect(child?.shadowRoot?.querySelector('slot')?.hidden).toBe(false);
    if (given) given.engine = undefined;
    await waitFor(() => expect(given?.shadowRoot?.querySelector('h1')?.textContent).toBe('a '));
    expect(given?.shadowRoot?.querySelector('.plain')).toBeNull();
  });

  it('may choke on a text: it is shown as it is', async () => {
    errors.length = 0;
    const load: LoadMarkdown = async () => ({
      render: () => {
        throw new RangeError('Maximum call stack size exceeded');
      },
    });
    await show(html`<skin-markdown .engine=${load} @engine-error=${noted} text="x"></skin-markdown>`);
    await waitFor(() => expect(errors).toEqual(['SKIN_ENGINE_FAILED']));
    await expect.element(page.getByText('x', { exact: true })).toBeVisible();
  });

  it('comes too late for a text that was replaced, or an element that is gone', async () => {
    const texts: string[] = [];
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const load: LoadMarkdown = async () => {
      await promise;
      return {
        render: (text) => {
          texts.push(text);
          return document.createTextNode(text);
        },
      };
    };
    const stage = await show(html`<skin-markdown .engine=${load} text="one"></skin-markdown>`);
    const element = stage.querySelector('skin-markdown') as MarkdownCell;
    element.text = 'two';
    await element.updateComplete;
    resolve(undefined);
    await isRendered(stage);
    expect(texts).toEqual(['two']);
    element.remove();
    element.text = 'three';
    await element.updateComplete;
    stage.append(element);
    await waitFor(() => expect(element.shadowRoot?.querySelector('#content')?.textContent).toBe('three'));
  });

  it('gives code to skin-code-block once that is there', async () => {
    const { content } = await setUp(html`<skin-markdown .text=${'```js\nlet a;\n```'}></skin-markdown>`);
    expect(content.querySelector('pre')).not.toBeNull();
    await import('../code-block/code-block.ts');
    await waitFor(() => expect(content.querySelector('skin-code-block')?.code).toBe('let a;'));
    expect(content.querySelector('pre')).toBeNull();
  });
});

describe('a long text', () => {
  it('is cut between its blocks, and nothing of it is lost', () => {
    const block = '## Title\n\nSome text, and a [link][a].\n\n- one\n\n  more of one\n\n```\n\n# no heading\n\n```\n\n';
    const text = `${block.repeat(3000)}[a]: https://example.org\n`;
    const pieces = split(text);
    expect(pieces.length).toBeGreaterThan(3);
    const shared = '\n\n[a]: https://example.org';
    expect(pieces.map((piece) => piece.text.slice(0, -shared.length)).join('')).toBe(text);
    expect(pieces.every((piece) => piece.text.endsWith(shared) && !piece.plain)).toBe(true);
    // Never within a fence, nor before what still belongs to a list.
    expect(pieces.every((piece) => /^(?:##|Some|\[a\]|```)/.test(piece.text))).toBe(true);
  });

  it.each([
    ['fences that nothing ends', '```x\n'.repeat(60_000)],
    ['one fence of tildes', '~'.repeat(200_000)],
    ['fences that are none', `\`\`\`a\`b\n${'['.repeat(200_000)}`],
    ['a fence in a comment', `<!--\n\n\`\`\`\n-->\n\n${'['.repeat(200_000)}`],
  ])('is cut at once and shown where it has %s', async (_, text) => {
    const pieces = split(text);
    expect(pieces.map((piece) => piece.text).join('')).toContain(text.slice(-100_000));
    const content = await rendered(text);
    await waitFor(() => expect(content.hasAttribute('aria-busy')).toBe(false));
  });

  it('keeps a long fence whole, and formats what is around it', () => {
    const code = `\`\`\`js\n${'let a = 1;\n'.repeat(3000)}\`\`\`\n`;
    expect(split(`# Title\n\n${code}\n## Next`)).toEqual([
      { text: '# Title\n\n\n\n', plain: false },
      { text: code, plain: false },
      { text: '\n## Next\n\n', plain: false },
    ]);
  });

  it('is shown a piece at a time, and left when another comes', async () => {
    const { element, content } = await setUp(
      html`<skin-markdown .text=${'# a\n\nb\n\n'.repeat(20_000)}></skin-markdown>`,
    );
    expect(content.getAttribute('aria-busy')).toBe('true');
    element.text = 'short';
    await waitFor(() => expect(content.textContent).toBe('short\n'));
    expect(content.hasAttribute('aria-busy')).toBe(false);
  });

  it('of one tangled block is shown as it is', async () => {
    const text = '_a'.repeat(10_000);
    const content = await rendered(`# Title\n\n${text}`);
    await waitFor(() => expect(content.hasAttribute('aria-busy')).toBe(false));
    const shown = [...content.querySelectorAll('.plain')].map(({ textContent }) => textContent).join('');
    expect(shown).toBe(`# Title\n\n${text}`);
  });

  it('of 10 MB is taken in', async () => {
    const { element, content } = await setUp(
      html`<skin-markdown .text=${'word '.repeat(2 * 2 ** 20)}></skin-markdown>`,
    );
    await waitFor(() => expect(content.hasAttribute('aria-busy')).toBe(false));
    expect(content.textContent?.length).toBe(10 * 2 ** 20);
    element.text = '';
    await waitFor(() => expect(content.textContent).toBe(''));
  });
});

describe('an indented text', () => {
  it.each([
    ['\n    # a\n\n      b\n  ', '# a\n\n  b'],
    ['a\n  b', 'a\n  b'],
    ['', ''],
    ['   ', ''],
  ])('%j is %j', (text, expected) => {
    expect(dedent(text)).toBe(expected);
  });
});
