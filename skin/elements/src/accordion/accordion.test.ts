import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import './accordion.ts';

const items = html`<skin-accordion-item label="One"><button>in one</button></skin-accordion-item
  ><skin-accordion-item label="Off" disabled>never</skin-accordion-item
  ><skin-accordion-item label="Two" open>second</skin-accordion-item>`;

describe('skin-accordion', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<h2>Questions</h2>
        <skin-accordion>${items}</skin-accordion>`,
    );
  });

  it('has headings with buttons that say whether they are open', async () => {
    await show(html`<skin-accordion>${items}</skin-accordion>`);
    const heading = page.getByRole('heading', { name: 'Two', level: 3 });
    await expect.element(heading.getByRole('button', { expanded: true })).toBeInTheDocument();
  });

  it('leaves another in its content alone', async () => {
    const stage = await show(
      html`<skin-accordion exclusive
        ><skin-accordion-item label="Outer" open level="9"
          ><skin-accordion
            ><skin-accordion-item label="First"></skin-accordion-item
            ><skin-accordion-item label="Second"></skin-accordion-item></skin-accordion></skin-accordion-item
        ><skin-accordion-item label="Other"></skin-accordion-item
      ></skin-accordion>`,
    );
    await userEvent.click(page.getByRole('button', { name: 'First' }));
    await userEvent.keyboard('{ArrowDown}');
    expect([stage.querySelector('skin-accordion-item')?.open, document.activeElement?.getAttribute('label')]).toEqual([
      true,
      'Second',
    ]);
    await expect.element(page.getByRole('heading', { name: 'Outer', level: 6 })).toBeVisible();
  });

  it('opens and closes by pointer, Enter and Space, and tells it', async () => {
    const log: unknown[] = [];
    const stage = await show(
      html`<skin-accordion @toggle=${(event: CustomEvent) => log.push(event.detail.open)}>${items}</skin-accordion>`,
    );
    const item = stage.querySelector('skin-accordion-item');
    await userEvent.click(inside(item, 'button'));
    await userEvent.keyboard('{Enter}');
    await userEvent.keyboard(' ');
    await item?.updateComplete;
    expect([log, item?.open, item?.querySelector('button')?.checkVisibility()]).toEqual([
      [true, false, true],
      true,
      true,
    ]);
  });

  it('moves between headings by Up, Down, Home and End, and leaves the keys of the content alone', async () => {
    const stage = await show(html`<skin-accordion>${items}</skin-accordion>`);
    const [one, , two] = stage.querySelectorAll('skin-accordion-item');
    one?.focus();
    const found: unknown[] = [];
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'Home', 'End']) {
      await userEvent.keyboard(`{${key}}`);
      found.push(document.activeElement === one ? 1 : document.activeElement === two ? 2 : 0);
    }
    expect(found).toEqual([2, 1, 2, 1, 2]);
    if (one) one.open = true;
    await one?.updateComplete;
    one?.querySelector('button')?.focus();
    await userEvent.keyboard('{ArrowDown}');
    expect(document.activeElement?.textContent).toBe('in one');
  });

  it('closes the others when only one may be open', async () => {
    const stage = await show(html`<skin-accordion exclusive>${items}</skin-accordion>`);
    const all = [...stage.querySelectorAll('skin-accordion-item')];
    await userEvent.click(inside(all[0], 'button'));
    expect(all.map(({ open }) => open)).toEqual([true, false, false]);
  });

  it('opens when the browser’s search has found something in it', async () => {
    const stage = await show(html`<skin-accordion>${items}</skin-accordion>`);
    const item = stage.querySelector('skin-accordion-item');
    const content = item?.shadowRoot?.querySelector('#content');
    expect(content?.getAttribute('hidden')).toBe('until-found');
    content?.dispatchEvent(new Event('beforematch', { bubbles: true }));
    expect(item?.open).toBe(true);
  });
});
