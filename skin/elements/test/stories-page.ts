// What runs in the page of stories.chromium.test.ts: shows one story after the other, and looks at what is there.
import axe from 'axe-core';
import { html, nothing, render } from 'lit';
import { deep, rest } from './stories-rest.ts';

interface Story {
  readonly render?: (args: object, context: object) => unknown;
  readonly args?: object;
  readonly play?: (context: object) => unknown;
}
type StoryFile = Readonly<Record<string, Story>> & { readonly default: Story };

/** How a story is to be looked at. */
export interface Look {
  readonly theme: 'light' | 'dark';
  readonly direction: 'ltr' | 'rtl';
  /** Size of text, as a share of the usual one. */
  readonly text?: number;
  /** Rules of axe. */
  readonly rules: readonly string[];
}

/** What the test asks of the page. */
export interface StoryPage {
  readonly names: readonly string[];
  look(name: string, look: Look): Promise<readonly string[]>;
}

const stage = document.createElement('main');

const nameOf = (element: Element): string => {
  const root = element.getRootNode();
  const own = element.outerHTML.replaceAll(/\s+/g, ' ').slice(0, 110);
  return root instanceof ShadowRoot ? `${root.host.localName} > ${own}` : own;
};

/** What moves, though the user asked for less of that. */
const moving = (): string[] =>
  document
    .getAnimations()
    .filter(({ playState, effect }) => playState === 'running' && Number(effect?.getComputedTiming().duration) > 1)
    .map(({ effect }) => `moves: ${effect instanceof KeyframeEffect && effect.target ? nameOf(effect.target) : '?'}`);

/** Text that is cut off, and content that is wider than its page. */
const cutOff = (): string[] => {
  const found: string[] = [];
  if (stage.scrollWidth > stage.clientWidth + 1) found.push(`wider than the page: ${stage.scrollWidth}px`);
  for (const one of deep(stage)) {
    const { overflowX, overflowY, clipPath, textOverflow } = getComputedStyle(one);
    const hasText = [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    const isHidden = one.clientWidth <= 1 || clipPath !== 'none' || textOverflow === 'ellipsis';
    if (!(one instanceof HTMLElement) || !hasText || isHidden || !one.checkVisibility()) continue;
    const isCut =
      (overflowX === 'hidden' && one.scrollWidth > one.clientWidth + 1) ||
      (overflowY === 'hidden' && one.scrollHeight > one.clientHeight + 2);
    if (isCut) found.push(`cut off: ${nameOf(one)}`);
  }
  return found;
};

/** Makes the page's harness out of the files of stories. Stories that draw the same are looked at once. */
export const harness = (files: Readonly<Record<string, StoryFile>>): StoryPage => {
  document.body.append(stage);
  const stories = new Map<string, { readonly story: Story; readonly meta: Story }>();
  for (const [file, { default: meta, ...others }] of Object.entries(files)) {
    const drawn: (readonly [unknown, unknown, unknown])[] = [];
    for (const [name, story] of Object.entries(others)) {
      const key = [story.render ?? meta.render, story.args, story.play] as const;
      if (drawn.some((other) => other.every((part, at) => part === key[at]))) continue;
      drawn.push(key);
      stories.set(`${file}: ${name}`, { story, meta });
    }
  }
  const show = async (name: string, { theme, direction, text = 1 }: Look): Promise<void> => {
    const found = stories.get(name);
    if (found === undefined) throw new Error(`There is no story ${name}.`);
    const { story, meta } = found;
    document.documentElement.style.fontSize = `${text * 100}%`;
    stage.dir = direction;
    const ground = 'light-dark(oklch(97.6% 0.006 220), oklch(17% 0.018 235))';
    stage.style.cssText = `color-scheme:${theme};background:${ground};color:light-dark(#10202a,#eaf2f5);padding:1.5rem`;
    const context = { args: { ...meta.args, ...story.args }, canvasElement: stage, globals: { theme, direction } };
    // As a whole anew: what the last story or its play has opened is gone.
    render(nothing, stage);
    render(
      html`<h1>Story</h1>
        ${(story.render ?? meta.render)?.(context.args, context)}`,
      stage,
    );
    await rest(stage);
    try {
      await story.play?.(context);
    } catch {
      // What it expects is for Storybook's own tests; here it only opens what there is to see.
    }
    await rest(stage);
  };
  return {
    names: [...stories.keys()],
    look: async (name, look) => {
      await show(name, look);
      const { violations } = await axe.run(stage, {
        resultTypes: ['violations'],
        elementRef: true,
        runOnly: { type: 'rule', values: [...look.rules] },
      });
      // Where the user's colours rule, Chromium tells the author's ink and its own ground: that says something only of what
      // is in the user's own scheme.
      const isForced = matchMedia('(forced-colors: active)').matches;
      const counts = (element: Element | undefined): boolean =>
        !isForced || element === undefined || getComputedStyle(element).colorScheme === look.theme;
      const wrong = violations.flatMap(({ id, nodes }) =>
        nodes
          .filter(({ element }) => id !== 'color-contrast' || counts(element))
          .map(({ target, any }) => `${id}: ${target.flat().join(' > ')} ${any[0]?.message ?? ''}`),
      );
      return [...wrong, ...moving(), ...(look.text === undefined ? [] : cutOff())];
    },
  };
};
