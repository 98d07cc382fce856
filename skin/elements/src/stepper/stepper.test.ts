import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import './stepper.ts';

const steps = ['Place', 'Time', 'Check'];

describe('skin-stepper', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-stepper .steps=${steps} step="2"></skin-stepper
        ><skin-stepper .steps=${steps} step="3" returns orientation="vertical" label="Other"></skin-stepper>`,
    );
  });

  it('is a list that says which step is present, and which are done', async () => {
    await show(html`<skin-stepper .steps=${steps} step="2"></skin-stepper>`);
    const items = page.getByRole('list', { name: 'Steps' }).getByRole('listitem').elements();
    expect(items.map((item) => [item.ariaCurrent, item.textContent?.replaceAll(/\s+/g, ' ').trim()])).toEqual([
      [null, 'Done:Place'],
      ['step', '2Time'],
      [null, '3Check'],
    ]);
    expect(page.getByRole('button').elements()).toHaveLength(0);
  });

  it('leads back to what is done, unless the page prevents it', async () => {
    const log: unknown[] = [];
    const stage = await show(
      html`<skin-stepper
        .steps=${steps}
        step="3"
        returns
        @change=${(event: CustomEvent) => log.push(event.detail.step)}
      ></skin-stepper>`,
    );
    const stepper = stage.querySelector('skin-stepper');
    stepper?.addEventListener('change', (event) => event.preventDefault(), { once: true });
    expect(page.getByRole('button').elements()).toHaveLength(2);
    await userEvent.click(page.getByRole('button', { name: /Time/ }));
    expect(stepper?.step).toBe(3);
    await userEvent.click(page.getByRole('button', { name: /Place/ }));
    expect([stepper?.step, log]).toEqual([1, [2, 1]]);
  });

  it('keeps the focus on the step that was gone back to, and leaves it where the page has put it', async () => {
    const stage = await show(html`<skin-stepper .steps=${steps} step="3" returns></skin-stepper><input />`);
    const stepper = stage.querySelector('skin-stepper');
    await userEvent.tab();
    await userEvent.keyboard('{Tab}{Enter}');
    await expect.poll(() => stepper?.shadowRoot?.activeElement?.textContent).toContain(steps[1]);
    stepper?.addEventListener('change', () => stage.querySelector('input')?.focus());
    await userEvent.click(page.getByRole('button', { name: /Place/ }));
    await stepper?.updateComplete;
    expect(document.activeElement).toBe(stage.querySelector('input'));
  });

  it('shows hostile names as text, and no steps where there is no list', async () => {
    const stage = await show(
      html`<skin-stepper .steps=${['<img src=x onerror="window.hacked=1">']}></skin-stepper
        ><skin-stepper .steps=${'abc' as unknown as string[]}></skin-stepper>`,
    );
    const [first, second] = stage.querySelectorAll('skin-stepper');
    expect([first?.shadowRoot?.querySelector('img'), second?.shadowRoot?.querySelectorAll('li').length]).toEqual([
      null,
      0,
    ]);
  });
});
