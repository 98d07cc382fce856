import '@organism/skin-elements/table';
import { expect, it, vi } from 'vitest';
import type { EngineFailure } from '../base/engine.ts';

const state = vi.hoisted(() => ({ isOffline: true }));
vi.mock('./panel.ts', async (original) => {
  if (state.isOffline) throw new Error('offline');
  return original();
});

it('skin-table, whose panel can’t be loaded, says so and still works', async () => {
  const table = document.createElement('skin-table');
  Object.assign(table, { columns: [{ key: 'id' }], rows: [{ id: 1 }], hideable: true, sortable: true });
  const failures: EngineFailure[] = [];
  table.addEventListener('engine-error', (event) => failures.push((event as CustomEvent<EngineFailure>).detail));
  document.body.append(table);
  await table.updateComplete;
  const root = table.shadowRoot as ShadowRoot;
  const button = root.querySelector<HTMLElement>('.tools button') as HTMLElement;
  button.click();
  await expect.poll(() => root.querySelector('[role=alert]')?.textContent?.trim()).toBe('Could not be loaded.');
  expect(failures.map(({ error }) => error.code)).toEqual(['SKIN_ENGINE_FAILED']);
  expect(button.getAttribute('aria-expanded')).toBe('false');
  root.querySelector<HTMLElement>('th button')?.click();
  await table.updateComplete;
  expect(root.querySelector('th')?.getAttribute('aria-sort')).toBe('ascending');
  table.remove();
});
