import axe from 'axe-core';
import { html, render, type TemplateResult } from 'lit';
import { expect } from 'vitest';

/** Puts a template on the page, in place of the last one, and waits until its elements have rendered. */
export const show = async (template: TemplateResult, wrapper = ''): Promise<HTMLElement> => {
  const stage = document.createElement('main');
  stage.style.cssText = wrapper;
  document.body.replaceChildren(stage);
  render(template, stage);
  const all = [...stage.querySelectorAll<HTMLElement & { updateComplete?: Promise<unknown> }>('*')];
  await Promise.all(all.map((element) => element.updateComplete));
  await Promise.all(all.map((element) => element.updateComplete));
  return stage;
};

/** The themes and directions that every element must be accessible in. */
export const surroundings: readonly (readonly [string, string])[] = [
  ['light', 'color-scheme:light;background:#fff;color:#10202a'],
  ['dark', 'color-scheme:dark;background:#0d1419;color:#eaf2f5'],
  ['right to left', 'direction:rtl;background:#fff;color:#10202a'],
];

/** Expects no violation of WCAG 2.1 A and AA, in every theme and direction, once what is shown is there. */
export const expectAccessible = async (
  template: TemplateResult,
  isThere: (stage: HTMLElement) => Promise<void> = async () => {},
): Promise<void> => {
  for (const [name, style] of surroundings) {
    const stage = await show(
      html`<h1>Test</h1>
        ${template}`,
      style,
    );
    stage.dir = name === 'right to left' ? 'rtl' : 'ltr';
    document.documentElement.lang = 'en';
    document.title = 'Test';
    await isThere(stage);
    // A picture taken in the middle of a transition has colours that nobody chose.
    await Promise.all(document.getAnimations().map(({ finished }) => finished.catch(() => {})));
    const { violations } = await axe.run(stage, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] });
    expect(violations.map(({ id, nodes }) => [name, id, nodes.map((node) => node.html)])).toEqual([]);
  }
};

/** The shadow root's first match. */
export const inside = <K extends keyof HTMLElementTagNameMap>(
  host: Element | null | undefined,
  tag: K,
): HTMLElementTagNameMap[K] => {
  const found = host?.shadowRoot?.querySelector(tag);
  if (found === null || found === undefined)
    throw new Error(`There is no <${tag}> in ${host?.localName ?? 'nothing'}.`);
  return found;
};
