/** A choice of a select. */
export interface SelectOption {
  /** What is submitted. */
  readonly value: string;
  /** What is shown: the value itself by default. */
  readonly label?: string;
  readonly disabled?: boolean;
  /** Heading under which neighbouring options with the same one stand. */
  readonly group?: string;
}

/** Neighbouring options under one heading; an empty one has no heading. */
export interface OptionGroup {
  readonly heading: string;
  readonly options: SelectOption[];
}

/** Whatever a page sets as options, made regular: what is no object is a value, what has none is left out. */
export const regular = (options: unknown): SelectOption[] => {
  if (!Array.isArray(options)) return [];
  return options.flatMap((option: unknown): SelectOption[] => {
    const from = Object(option) === option ? option : { value: option };
    const { value, label, disabled, group } = from as Record<string, unknown>;
    if (value === undefined || value === null) return [];
    return [
      {
        value: String(value),
        label: String(label ?? value),
        disabled: disabled === true,
        group: String(group ?? ''),
      },
    ];
  });
};

/** The options that stand as `<option>` inside an element, also within `<optgroup>`. */
export const optionsIn = (element: Element): SelectOption[] =>
  Array.from(element.querySelectorAll('option'), (option) => ({
    value: option.value,
    label: option.label,
    disabled: option.matches(':disabled'),
    group: option.closest('optgroup')?.label ?? '',
  }));

/** Groups neighbours under their headings. */
export const grouped = (options: readonly SelectOption[]): OptionGroup[] => {
  const groups: OptionGroup[] = [];
  for (const option of options) {
    const heading = option.group ?? '';
    const last = groups.at(-1);
    if (last?.heading === heading) last.options.push(option);
    else groups.push({ heading, options: [option] });
  }
  return groups;
};
