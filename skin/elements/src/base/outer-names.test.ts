import { html, LitElement, render } from 'lit';
import { afterEach, describe, expect, it } from 'vitest';
import { cdp } from 'vitest/browser';
import * as kit from '../all.ts';
import { ControlCell } from './control-cell.ts';

const tags = Object.values<unknown>({ ...kit })
  .filter((one): one is CustomElementConstructor => typeof one === 'function' && one.prototype instanceof ControlCell)
  .flatMap((one) => {
    try {
      return [new one().localName];
    } catch {
      // A base class stands for no tag.
      return [];
    }
  })
  .sort();

interface Frame {
  readonly frame: { readonly id: string; readonly url: string };
  readonly childFrames?: readonly Frame[];
}
interface Spoken {
  readonly role: string;
  readonly name: string;
  readonly description: string;
}
interface AxNode {
  readonly ignored: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly description?: { readonly value: string };
}
interface Session {
  send(method: 'Page.getFrameTree'): Promise<{ readonly frameTree: Frame }>;
  send(method: 'Accessibility.getFullAXTree', of: { frameId: string }): Promise<{ readonly nodes: readonly AxNode[] }>;
}
const framesIn = (frame: Frame): Frame[] => [frame, ...(frame.childFrames ?? []).flatMap(framesIn)];
const roles =
  /^(textbox|searchbox|spinbutton|combobox|ComboBox.*|checkbox|switch|slider|radiogroup|group|button|listbox|dialog)$/i;

/** What the browser itself tells assistive technology of the controls on the page. */
const spoken = async (): Promise<readonly Spoken[]> => {
  const session = cdp() as unknown as Session;
  const { frameTree } = await session.send('Page.getFrameTree');
  const found = framesIn(frameTree).find(({ frame }) => frame.url === location.href);
  const { nodes } = await session.send('Accessibility.getFullAXTree', { frameId: found?.frame.id ?? '' });
  return nodes
    .filter(({ ignored, role }) => !ignored && roles.test(role?.value ?? ''))
    .map(({ role, name, description }) => ({
      role: role?.value ?? '',
      name: name?.value ?? '',
      description: description?.value ?? '',
    }));
};

const put = async (markup: string): Promise<HTMLElement> => {
  document.body.innerHTML = `<main>${markup}</main>`;
  const control = document.querySelector<HTMLElement & { updateComplete: Promise<unknown> }>('#it');
  if (control === null) throw new Error('There is no control.');
  if ('options' in control) control.options = [{ value: 'a', label: 'A' }];
  await control.updateComplete;
  return control;
};

const reflected = ['ariaLabelledByElements', 'ariaDescribedByElements'].map(
  (name) => [name, Object.getOwnPropertyDescriptor(Element.prototype, name)] as const,
);
afterEach(() => {
  for (const [name, descriptor] of reflected)
    if (descriptor !== undefined) Object.defineProperty(Element.prototype, name, descriptor);
});

it('covers the form controls and buttons of the kit', () => {
  expect(tags).toEqual(expect.arrayContaining(['skin-button', 'skin-icon-button', 'skin-combobox', 'skin-slider']));
  expect(tags.length).toBeGreaterThan(25);
});

// As they are in browsers of today, and in those that can't refer out of a shadow root.
describe.each(['by the browser', 'by the kit'])('names from outside, followed %s', (how) => {
  const begin = (): void => {
    if (how === 'by the kit') for (const [name] of reflected) Reflect.deleteProperty(Element.prototype, name);
  };
  const first = async (): Promise<string> => (await spoken())[0]?.name ?? '';

  it.each(tags)('%s is named and described as a native control would be', async (tag) => {
    begin();
    const note = '<p id="note">Outer note</p>';
    for (const [way, markup] of [
      ['a label', `<label for="it">Outside</label><${tag} id="it" aria-describedby="note"></${tag}>${note}`],
      ['a label around it', `<label>Outside <${tag} id="it" aria-describedby="note"></${tag}></label>${note}`],
      ['aria-label', `<${tag} id="it" label="Own" aria-label="Outside" aria-describedby="note"></${tag}>${note}`],
      [
        'aria-labelledby',
        `<b id="name">Outside</b><${tag} id="it" label="Own" aria-labelledby="name none" aria-describedby="note"></${tag}>${note}`,
      ],
    ] as const) {
      await put(markup);
      await expect.poll(async () => [way, await first()]).toEqual([way, expect.stringMatching(/^Outside( |:|$)/)]);
      expect([way, (await spoken()).some(({ description }) => description.includes('Outer note'))]).toEqual([
        way,
        true,
      ]);
    }
  });

  it('give way to the element’s own when they go, and follow changes of theirs', async () => {
    begin();
    const control = await put(
      '<b id="one">One</b><b id="two">Two</b><skin-text-field id="it" label="Own" help="Help"></skin-text-field>',
    );
    expect(await spoken()).toMatchObject([{ name: 'Own', description: 'Help' }]);
    control.setAttribute('aria-labelledby', 'one');
    control.setAttribute('aria-describedby', 'two');
    await expect.poll(spoken).toMatchObject([{ name: 'One', description: 'Two Help' }]);
    control.setAttribute('aria-labelledby', 'two one');
    document.querySelector('#two')?.replaceChildren('Second');
    await expect.poll(spoken).toMatchObject([{ name: 'Second One', description: 'Second Help' }]);
    control.removeAttribute('aria-labelledby');
    control.removeAttribute('aria-describedby');
    await expect.poll(spoken).toMatchObject([{ name: 'Own', description: 'Help' }]);
  });

  it('say the error, too', async () => {
    begin();
    for (const tag of ['skin-text-field', 'skin-combobox', 'skin-date-picker', 'skin-checkbox']) {
      const control = await put(
        `<${tag} id="it" label="Own" help="Help" aria-describedby="note"></${tag}><p id="note">Outer</p>`,
      );
      await expect.poll(spoken).toContainEqual(expect.objectContaining({ description: 'Outer Help' }));
      Reflect.apply(Reflect.get(control, 'setCustomError') as () => void, control, ['Wrong.']);
      await expect.poll(spoken).toContainEqual(expect.objectContaining({ description: 'Outer Wrong.' }));
    }
  });

  it('keep what tells two parts of a control apart', async () => {
    begin();
    for (const [tag, parts] of [
      ['skin-range-slider', ['from', 'to']],
      ['skin-date-range-picker', ['from', 'to']],
    ] as const) {
      await put(`<label for="it">Outside</label><${tag} id="it"></${tag}>`);
      for (const part of parts)
        await expect.poll(spoken).toContainEqual(expect.objectContaining({ name: `Outside ${part}` }));
      await put(`<${tag} id="it" label="Own"></${tag}>`);
      for (const part of parts)
        await expect.poll(spoken).toContainEqual(expect.objectContaining({ name: `Own ${part}` }));
    }
  });

  it('leave out of a label what stands in the control', async () => {
    begin();
    await put('<label>Region <skin-select id="it"><option>Asia</option></skin-select></label>');
    await expect.poll(first).toBe('Region');
    const label = document.querySelector('label');
    label?.firstChild?.replaceWith('Area ');
    await expect.poll(first).toBe('Area');
  });

  it('reach from one shadow root into another', async () => {
    begin();
    const outer = document.createElement('div');
    document.body.replaceChildren(outer);
    const root = outer.attachShadow({ mode: 'open' });
    render(
      html`<label for="it">Outside</label><skin-text-field id="it" aria-describedby="d"></skin-text-field
        ><i id="d">Note</i>`,
      root,
    );
    await expect.poll(spoken).toMatchObject([{ name: 'Outside', description: 'Note' }]);
  });

  it('come late', async () => {
    begin();
    const control = await put('<skin-text-field id="it"></skin-text-field>');
    const label = Object.assign(document.createElement('label'), { htmlFor: 'it', textContent: 'Late' });
    document.body.prepend(label);
    control.focus();
    await expect.poll(first).toBe('Late');
  });
});

it('elements that a script refers to by property name and describe a control', async () => {
  const control = await put('<b>One</b><i>Two</i><skin-text-field id="it"></skin-text-field>');
  const [one, two] = ['b', 'i'].map((tag) => document.querySelector(tag) as Element);
  if (one === undefined || two === undefined) throw new Error('They are not there.');
  control.ariaLabelledByElements = [one];
  await expect.poll(spoken).toMatchObject([{ name: 'One' }]);
  control.ariaLabelledByElements = [two];
  await expect.poll(spoken).toMatchObject([{ name: 'Two' }]);
  expect(control).toBeInstanceOf(LitElement);
});
