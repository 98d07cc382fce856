import { html, nothing, type TemplateResult } from 'lit';
import { showBeside } from '../base/anchored.ts';
import { field, type FieldText } from '../base/field.ts';
import { submitImplicitly } from '../base/interaction.ts';

/** A labelled text control with a list of choices below it: how it stands, and what can be done with it. */
export interface Combo extends FieldText {
  readonly isOpen: boolean;
  readonly isDisabled: boolean;
  readonly isReadOnly: boolean;
  readonly placeholder: string;
  /** Whether what is typed narrows the choices down. */
  readonly isNarrowed: boolean;
  /** Place of the active choice; -1 where there is none. */
  readonly active: number;
  /** Path of the icon at its end. */
  readonly icon: string;
  /** The choices while it is open, each with the id `option-` and its place. */
  readonly options: unknown;
  readonly form: HTMLFormElement | null;
  readonly open: () => void;
  readonly close: () => void;
  /** Goes to the next choice, or to the one before; opens the list first. */
  readonly move: (step: 1 | -1) => void;
  /** Takes the active choice. */
  readonly take: () => void;
  readonly onInput: (event: Event) => void;
  readonly onChange: (event: Event) => void;
}

const onKeydown = (event: KeyboardEvent, combo: Combo): void => {
  if (event.isComposing || event.ctrlKey || event.metaKey) return;
  const { key, altKey } = event;
  if (key === 'ArrowDown' && altKey) combo.open();
  else if (key === 'ArrowUp' && altKey) combo.close();
  else if (key === 'ArrowDown') combo.move(1);
  else if (key === 'ArrowUp') combo.move(-1);
  else if (key === 'Escape' && combo.isOpen) {
    // It means the list, not the dialog around it.
    event.stopPropagation();
    combo.close();
  } else if (key === 'Enter' && combo.isOpen && combo.active >= 0) combo.take();
  else {
    if (key === 'Enter' && combo.form !== null) submitImplicitly(combo.form);
    return;
  }
  event.preventDefault();
};

/** Shows the list below its control, or hides it, with the active choice in sight; to be called once it is drawn. */
export const placeList = (root: ParentNode, isOpen: boolean): void => {
  const [control, list] = root.querySelectorAll<HTMLElement>('#control, #list');
  if (!control?.isConnected || list === undefined) return;
  if (!isOpen) list.hidePopover();
  else showBeside(list, control, 'bottom-start');
  list.querySelector('.active')?.scrollIntoView({ block: 'nearest' });
};

/** The control and its list. Arrows move in that, Enter takes a choice or submits the form, Escape closes the list. */
export const comboField = (combo: Combo): TemplateResult =>
  field(
    combo,
    html`<div class="box">
      <input
        id="control"
        class="control"
        part="input"
        type="text"
        role="combobox"
        autocomplete="off"
        ?disabled=${combo.isDisabled}
        ?required=${combo.required}
        ?readonly=${combo.isReadOnly}
        placeholder=${combo.placeholder || nothing}
        aria-autocomplete=${combo.isNarrowed ? 'list' : 'none'}
        aria-expanded=${combo.isOpen}
        aria-controls="list"
        aria-activedescendant=${combo.active < 0 ? nothing : `option-${combo.active}`}
        aria-invalid=${combo.error ? 'true' : nothing}
        aria-describedby="note"
        @input=${combo.onInput}
        @change=${combo.onChange}
        @click=${combo.open}
        @keydown=${(event: KeyboardEvent) => onKeydown(event, combo)}
      /><span class="end"
        ><svg viewBox="0 0 24 24" aria-hidden="true"><path d=${combo.icon} /></svg
      ></span>
      <div
        id="list"
        part="list"
        popover="manual"
        role="listbox"
        aria-label=${combo.label}
        @pointerdown=${(event: Event) => event.preventDefault()}
      >
        ${combo.options}
      </div>
      <slot hidden></slot>
    </div>`,
  );
