import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import './icon-button.ts';

describe('skin-icon-button', () => {
  it('is accessible, with an icon by name and with one of the page', async () => {
    await expectAccessible(
      html`<skin-icon-button icon="search" label="Search"></skin-icon-button
        ><skin-icon-button label="Own"
          ><svg viewBox="0 0 24 24"><path d="M4 4h16" /></svg></skin-icon-button
        ><skin-icon-button icon="trash" label="Delete" variant="danger" size="small" disabled></skin-icon-button>`,
    );
  });

  it('is named by its label, or else by its title, and is at least 24 pixels in size', async () => {
    const stage = await show(
      html`<skin-icon-button icon="search" label="Search" size="small"></skin-icon-button
        ><skin-icon-button icon="trash" title="Delete"></skin-icon-button>`,
    );
    await expect.element(page.getByRole('button', { name: 'Search' })).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Delete' })).toBeVisible();
    const { width, height } = inside(stage.querySelector('skin-icon-button'), 'button').getBoundingClientRect();
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
  });

  it('submits its form, and shows that work is under way', async () => {
    let sent = 0;
    const stage = await show(
      html`<form @submit=${(event: Event) => (event.preventDefault(), (sent += 1))}>
        <skin-icon-button icon="check" label="Send" type="submit"></skin-icon-button>
      </form>`,
    );
    const button = stage.querySelector('skin-icon-button');
    await userEvent.click(button as Element);
    await expect.poll(() => sent).toBe(1);
    if (button !== null) button.loading = true;
    await expect.element(page.getByRole('img', { name: 'Loading' })).toBeVisible();
    button?.click();
    expect(sent).toBe(1);
  });
});
