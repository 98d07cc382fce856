import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import './avatar.ts';

const picture = URL.createObjectURL(
  new Blob(['<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'], { type: 'image/svg+xml' }),
);

describe('skin-avatar', () => {
  it('is accessible, with and without a picture', async () => {
    await expectAccessible(
      html`<skin-avatar name="Ada Lovelace"></skin-avatar><skin-avatar name="Ada" src=${picture}></skin-avatar>`,
    );
  });

  it.each([
    ['Ada Lovelace', 'AL'],
    ['ada', 'A'],
    ['  Juan de la Cruz ', 'JC'],
    ['李 小龍', '李小'],
    ['👩‍🚀 Sam', '👩‍🚀S'],
    ['', ''],
  ])('%j has the initials %j', async (name, initials) => {
    const stage = await show(html`<skin-avatar name=${name}></skin-avatar>`);
    expect(inside(stage.querySelector('skin-avatar'), 'span').textContent).toBe(initials);
  });

  it('shows the picture, and the initials where it cannot be loaded', async () => {
    const stage = await show(
      html`<skin-avatar name="Ada" src=${picture}></skin-avatar
        ><skin-avatar name="Bo" src="data:text/plain,x"></skin-avatar
        ><skin-avatar name="Cy" src="javascript:window.hacked=1"></skin-avatar>`,
    );
    await expect.element(page.getByRole('img', { name: 'Ada' })).toBeVisible();
    const [first, second, third] = stage.querySelectorAll('skin-avatar');
    expect(inside(first, 'img').alt).toBe('Ada');
    expect([inside(second, 'span').textContent, inside(third, 'span').textContent]).toEqual(['B', 'C']);
    inside(first, 'img').dispatchEvent(new Event('error'));
    await first?.updateComplete;
    expect(inside(first, 'span').textContent).toBe('A');
    if (first) first.src = `${picture}#again`;
    await first?.updateComplete;
    expect(inside(first, 'img')).toBeInstanceOf(HTMLImageElement);
  });
});
