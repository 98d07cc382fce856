import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import '../text-field/text-field.ts';
import './button.ts';
import '../icon/icon.ts';

describe('skin-button', () => {
  it('is accessible, in every variant', async () => {
    await expectAccessible(
      html`<skin-button>Plain</skin-button><skin-button variant="primary">Save</skin-button
        ><skin-button variant="ghost">Ghost</skin-button><skin-button variant="danger">Delete</skin-button
        ><skin-button label="Search"><skin-icon name="search"></skin-icon></skin-button>`,
    );
  });

  it('is at least 24 pixels in size', async () => {
    const stage = await show(html`<skin-button size="small" label="x">·</skin-button>`);
    const { width, height } = inside(stage.querySelector('skin-button'), 'button').getBoundingClientRect();
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
  });

  it('clicks by pointer, Enter and Space', async () => {
    let clicks = 0;
    const stage = await show(html`<skin-button @click=${() => (clicks += 1)}>Go</skin-button>`);
    const button = stage.querySelector('skin-button');
    await userEvent.click(button as Element);
    button?.focus();
    await userEvent.keyboard('{Enter}');
    await userEvent.keyboard(' ');
    expect(clicks).toBe(3);
  });

  it('submits and resets its form, unless a listener prevents it', async () => {
    const log: string[] = [];
    const submit = (event: SubmitEvent): void => {
      event.preventDefault();
      log.push(
        [...new FormData(event.target as HTMLFormElement).entries()]
          .map(([name, value]) => `${name}=${String(value)}`)
          .join('&'),
      );
    };
    const stage = await show(
      html`<form @submit=${submit} @reset=${() => log.push('reset')}>
        <input name="text" value="x" /><skin-button id="s" type="submit" name="action" value="save">Save</skin-button
        ><skin-button id="r" type="reset">Reset</skin-button><skin-button id="n">Nothing</skin-button>
        <skin-button id="p" type="submit" @click=${(event: Event) => event.preventDefault()}>Prevented</skin-button>
      </form>`,
    );
    for (const id of ['s', 'r', 'n', 'p']) await userEvent.click(stage.querySelector(`#${id}`) as Element);
    await expect.poll(() => log).toEqual(['text=x&action=save', 'reset']);
  });

  it('tells its form how to submit, as a native one does', async () => {
    const log: unknown[] = [];
    const submit = (event: SubmitEvent): void => {
      event.preventDefault();
      const form = event.target as HTMLFormElement;
      const { value, formAction, formMethod, formTarget } = event.submitter as HTMLButtonElement;
      log.push([value, new URL(formAction).pathname, formMethod, formTarget]);
      log.push(new FormData(form, event.submitter).getAll('action'));
    };
    const stage = await show(
      html`<form @submit=${submit} action="/sent" method="post">
        <skin-text-field label="A" required></skin-text-field>
        <skin-button
          type="submit"
          name="action"
          value="draft"
          formnovalidate
          formaction="/drafts"
          formmethod="get"
          formtarget="aside"
        ></skin-button>
        <skin-button type="submit" value="all"></skin-button>
      </form>`,
    );
    const [draft, all] = stage.querySelectorAll('skin-button');
    draft?.click();
    await expect.poll(() => log).toEqual([['draft', '/drafts', 'get', 'aside'], ['draft']]);
    all?.click();
    await expect.poll(() => document.activeElement?.localName).toBe('skin-text-field');
    const field = stage.querySelector('skin-text-field');
    if (field !== null) field.value = 'x';
    all?.click();
    await expect.poll(() => log.slice(2)).toEqual([['all', location.pathname, '', ''], []]);
    expect(stage.querySelectorAll('form > button').length).toBe(0);
    if (draft) draft.formAction = 'javascript:void(0)';
    draft?.click();
    await expect.poll(() => log.at(-2)).toEqual(['draft', location.pathname, 'get', 'aside']);
  });

  it('does nothing when disabled, by itself or by its fieldset, even when clicked by a script', async () => {
    let clicks = 0;
    const stage = await show(
      html`<form @submit=${() => (clicks += 1)}>
        <skin-button disabled type="submit" @click=${() => (clicks += 1)}>A</skin-button>
        <fieldset disabled><skin-button type="submit" @click=${() => (clicks += 1)}>B</skin-button></fieldset>
        <skin-button loading @click=${() => (clicks += 1)}>C</skin-button>
      </form>`,
    );
    for (const button of stage.querySelectorAll('skin-button')) button.click();
    await new Promise((resolve) => setTimeout(resolve));
    expect(clicks).toBe(0);
  });

  it('moves the focus to the first invalid control, and only a submission does', async () => {
    const stage = await show(
      html`<form>
        <skin-text-field label="A" value="fine"></skin-text-field
        ><skin-text-field id="first" label="B" required></skin-text-field
        ><skin-text-field label="C" required></skin-text-field><skin-button type="submit">Send</skin-button>
      </form>`,
    );
    stage.querySelector('form')?.checkValidity();
    expect(document.activeElement).toBe(document.body);
    await userEvent.click(stage.querySelector('skin-button') as Element);
    expect(document.activeElement?.id).toBe('first');
  });

  it('submits even where the page stops the click on its way, but not where it prevents it', async () => {
    let submits = 0;
    const submit = (event: Event): void => {
      event.preventDefault();
      submits += 1;
    };
    const stage = await show(
      html`<form @submit=${submit}>
        <p @click=${(event: Event) => event.stopPropagation()}><skin-button type="submit">A</skin-button></p>
        <p @click=${(event: Event) => event.preventDefault()}><skin-button type="submit">B</skin-button></p>
      </form>`,
    );
    for (const button of stage.querySelectorAll('skin-button')) await userEvent.click(button);
    await expect.poll(() => submits).toBe(1);
  });

  it('keeps the focus while loading, and takes no click', async () => {
    let clicks = 0;
    const stage = await show(html`<skin-button @click=${() => (clicks += 1)}>Go</skin-button>`);
    const button = stage.querySelector('skin-button');
    button?.focus();
    if (button !== null) button.loading = true;
    await button?.updateComplete;
    await userEvent.keyboard('{Enter}');
    expect([clicks, document.activeElement]).toEqual([0, button]);
  });
});
