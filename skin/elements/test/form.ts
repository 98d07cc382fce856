import type { TemplateResult } from 'lit';
import { html } from 'lit';
import { show } from './helpers.ts';

/** A form with controls in a fieldset, and what it would submit under the name `it`. */
export interface TestForm {
  readonly stage: HTMLElement;
  readonly form: HTMLFormElement;
  readonly fieldset: HTMLFieldSetElement;
  readonly log: string[];
  submitted(): FormDataEntryValue[];
}

/** Shows controls in a form, and logs the events that reach it. */
export const showForm = async (controls: TemplateResult): Promise<TestForm> => {
  const log: string[] = [];
  const stage = await show(
    html`<form
      @input=${() => log.push('input')}
      @change=${() => log.push('change')}
      @submit=${(event: Event) => {
        event.preventDefault();
        log.push('submit');
      }}
    >
      <fieldset>${controls}</fieldset>
    </form>`,
  );
  const form = stage.querySelector('form') as HTMLFormElement;
  return {
    stage,
    form,
    log,
    fieldset: stage.querySelector('fieldset') as HTMLFieldSetElement,
    submitted: () => new FormData(form).getAll('it'),
  };
};
