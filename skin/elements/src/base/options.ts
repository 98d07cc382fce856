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

/** Whatever a page sets as options, made regular: strings are values, what is no option is left out. */
export const regular = (options: unknown): SelectOption[] => {
  if (!Array.isArray(options)) return [];
  return options.flatMap((option: unknown): SelectOption[] => {
    if (typeof option === 'string' || typeof option === 'number') return [{ value: String(option) }];
    if (typeof option !== 'object' || option === null || !('value' in option)) return [];
    const { value, label, disabled, group } = option as Record<string, unknown>;
    return [
      {
        value: String(value),
        ...(label !== undefined && label !== null && { label: String(label) }),
        ...(disabled === true && { disabled }),
        ...(typeof group === 'string' && { group }),
      },
    ];
  });
};

/** The options that stand as `<option>` and `<optgroup>` inside an element. */
export const optionsIn = (element: Element): SelectOption[] =>
  [...element.children].flatMap((child): SelectOption[] => {
    if (child instanceof HTMLOptGroupElement)
      return optionsIn(child).map((option) => ({
        ...option,
        group: child.label,
        disabled: child.disabled || option.disabled === true,
      }));
    if (!(child instanceof HTMLOptionElement)) return [];
    return [{ value: child.value, label: child.label, disabled: child.disabled }];
  });

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
