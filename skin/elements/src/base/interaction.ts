let depth = 0;
let hasFocused = false;

/**
 * Runs a step that validates a form on a person's behalf. Within it the controls show their errors themselves and the
 * first invalid one takes the focus; outside (`form.checkValidity()`, say) focus stays where it is.
 */
export const interactively = <T>(step: () => T): T => {
  if (depth === 0) hasFocused = false;
  depth += 1;
  try {
    return step();
  } finally {
    depth -= 1;
  }
};

/** Takes over an `invalid` event: no bubble of the browser's; the first control of an interactive step is focused. */
export const handleInvalid = (event: Event, control: HTMLElement): void => {
  if (depth === 0) return;
  event.preventDefault();
  if (hasFocused) return;
  hasFocused = true;
  control.focus();
};

/**
 * Submits a form as Enter in a native field would: through its first submit button, or directly where it has none.
 *
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#implicit-submission
 */
export const submitImplicitly = (form: HTMLFormElement): void => {
  const isSubmit = (element: Element): element is HTMLButtonElement =>
    'type' in element && (element.type === 'submit' || element.type === 'image');
  const button = [...form.elements].find(isSubmit);
  if (button === undefined) interactively(() => form.requestSubmit());
  else if (!button.matches(':disabled')) button.click();
};
