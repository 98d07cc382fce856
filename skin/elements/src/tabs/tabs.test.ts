import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import './tabs.ts';

const tabs = html`<skin-tab label="Map" name="map">The map</skin-tab><skin-tab label="Off" disabled>Never</skin-tab
  ><skin-tab label="Table" name="table">The table</skin-tab><skin-tab label="Notes">The notes</skin-tab>`;

const shown = (): string | null | undefined =>
  [...document.querySelectorAll('skin-tab')]
    .filter((tab) => tab.checkVisibility())
    .map((tab) => tab.textContent)
    .join();

describe('skin-tabs', () => {
  it('is accessible', async () => {
    await expectAccessible(html`<skin-tabs label="Views">${tabs}</skin-tabs>`);
  });

  it('has tabs, of which the selected one names the panel', async () => {
    await show(html`<skin-tabs label="Views" selected="table">${tabs}</skin-tabs>`);
    await expect.element(page.getByRole('tab', { name: 'Table', selected: true })).toBeInTheDocument();
    await expect.element(page.getByRole('tabpanel', { name: 'Table' })).toHaveTextContent('');
    expect([page.getByRole('tab').elements().length, shown()]).toEqual([4, 'The table']);
  });

  it('moves by arrow keys, Home and End, past what is disabled, and shows what it reaches', async () => {
    const log: unknown[] = [];
    const stage = await show(
      html`<button>before</button
        ><skin-tabs label="Views" @change=${(event: CustomEvent) => log.push(event.detail.selected)}
          >${tabs}</skin-tabs
        >`,
    );
    stage.querySelector('button')?.focus();
    await userEvent.tab();
    const found: unknown[] = [];
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'Home', 'End']) {
      await userEvent.keyboard(`{${key}}`);
      await stage.querySelector('skin-tabs')?.updateComplete;
      await expect
        .poll(() => document.activeElement?.shadowRoot?.activeElement?.getAttribute('aria-selected'))
        .toBe('true');
      found.push(shown());
    }
    expect(found).toEqual(['The table', 'The notes', 'The map', 'The notes', 'The map', 'The notes']);
    expect(log).toEqual(['table', '3', 'map', '3', 'map', '3']);
    await userEvent.tab();
    expect(document.activeElement?.shadowRoot?.activeElement?.id).toBe('panel');
  });

  it('follows the direction of the text', async () => {
    const stage = await show(html`<div dir="rtl"><skin-tabs label="V">${tabs}</skin-tabs></div>`);
    stage.querySelector('skin-tabs')?.shadowRoot?.querySelector('button')?.focus();
    await userEvent.keyboard('{ArrowLeft}');
    await expect.poll(shown).toBe('The table');
  });

  it('waits for Enter or Space when activated by hand', async () => {
    const stage = await show(html`<skin-tabs label="V" activation="manual">${tabs}</skin-tabs>`);
    stage.querySelector('skin-tabs')?.shadowRoot?.querySelector('button')?.focus();
    await userEvent.keyboard('{ArrowRight}');
    expect(shown()).toBe('The map');
    await userEvent.keyboard('{Enter}');
    await expect.poll(shown).toBe('The table');
    await userEvent.keyboard('{End} ');
    await expect.poll(shown).toBe('The notes');
  });

  it('follows tabs that come, go, change and are disabled', async () => {
    const stage = await show(html`<skin-tabs label="V" selected="table">${tabs}</skin-tabs>`);
    const element = stage.querySelector('skin-tabs');
    const table = stage.querySelector('skin-tab[name=table]');
    if (table instanceof HTMLElement) Object.assign(table, { label: '<b>Other</b>' });
    await expect.element(page.getByRole('tab', { name: '<b>Other</b>' })).toBeInTheDocument();
    table?.remove();
    await expect.poll(() => [page.getByRole('tab').elements().length, shown()]).toEqual([3, 'The map']);
    for (const one of stage.querySelectorAll('skin-tab')) one.remove();
    await expect.poll(() => element?.shadowRoot?.querySelectorAll('button').length).toBe(0);
  });
});
