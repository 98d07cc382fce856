import { html } from 'lit';
import { afterEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { show } from '../../test/helpers.ts';
import type { DialogCell } from '../dialog/dialog.ts';
import '../dialog/dialog.ts';
import '../menu/menu.ts';
import '../menu/menu-item.ts';
import '../popover/popover.ts';

const theirs = Object.getOwnPropertyDescriptor(ShadowRoot.prototype, 'referenceTarget');
afterEach(() => {
  if (theirs !== undefined) Object.defineProperty(ShadowRoot.prototype, 'referenceTarget', theirs);
});

// As they are in browsers of today, and in those that can't refer into a shadow root.
describe.each(['by the browser', 'by the kit'])('buttons of a page, served %s', (how) => {
  const stage = async (): Promise<HTMLElement> => {
    if (how === 'by the kit') Reflect.deleteProperty(ShadowRoot.prototype, 'referenceTarget');
    return show(
      html`<button commandfor="dialog" command="show-modal">Ask</button>
        <skin-dialog id="dialog" label="Sure?"
          ><button commandfor="dialog" command="close" value="yes">Yes</button
          ><button commandfor="dialog" command="request-close">No</button></skin-dialog
        >
        <button popovertarget="more">More</button>
        <skin-popover id="more" label="More about it">Text</skin-popover>
        <button commandfor="menu" command="toggle-popover">Menu</button>
        <skin-menu id="menu" label="Actions"><skin-menu-item>Edit</skin-menu-item></skin-menu>
        <button commandfor="dialog" command="--own">Own</button>
        <button commandfor="dialog" command="show-modal" disabled>Off</button>`,
    );
  };
  const click = (name: string): Promise<void> => userEvent.click(page.getByRole('button', { name, exact: true }));

  it('open a dialog as a modal, and close it with an answer', async () => {
    const dialog = (await stage()).querySelector('skin-dialog') as DialogCell;
    const log: unknown[] = [];
    for (const type of ['open', 'request-close', 'close'])
      dialog.addEventListener(type, (event) => log.push([type, (event as CustomEvent).detail?.reason]));
    await click('Ask');
    await expect.element(page.getByRole('dialog', { name: 'Sure?' })).toBeVisible();
    expect(dialog.open).toBe(true);
    await click('Yes');
    await expect.poll(() => dialog.open).toBe(false);
    await expect.poll(() => log.length).toBe(2);
    expect(dialog.returnValue).toBe('yes');
    await click('Ask');
    await expect.poll(() => dialog.open).toBe(true);
    dialog.addEventListener('request-close', (event) => event.preventDefault(), { once: true });
    await click('No');
    expect(dialog.open).toBe(true);
    await click('No');
    await expect
      .poll(() => log)
      .toEqual([
        ['open', undefined],
        ['close', 'api'],
        ['open', undefined],
        ['request-close', 'button'],
        ['request-close', 'button'],
        ['close', 'button'],
      ]);
  });

  it('open and close a popover', async () => {
    const popover = (await stage()).querySelector('skin-popover');
    for (const open of [true, false, true]) {
      await click('More');
      await expect.poll(() => popover?.open).toBe(open);
    }
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => popover?.open).toBe(false);
  });

  it('open a menu with the focus on its first item', async () => {
    await stage();
    await click('Menu');
    await expect.poll(() => document.activeElement?.textContent).toBe('Edit');
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByRole('menu')).not.toBeInTheDocument();
  });

  it('do nothing by a command that is not known, and while they are off', async () => {
    const root = await stage();
    await click('Own');
    root.querySelector<HTMLButtonElement>('button[disabled]')?.click();
    expect(root.querySelector('skin-dialog')?.open).toBe(false);
  });
});
