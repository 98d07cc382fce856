import type { SelectOption } from '../base/options.ts';

/** A text without its case and accents, so that “valparaiso” finds “Valparaíso”. */
export const fold = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().trim();

/** What is shown of a choice. */
export const labelOf = ({ label, value }: SelectOption): string => label ?? value;

/** The choices that contain a text; those that begin with it come first. */
export const matching = (choices: readonly SelectOption[], text: string): SelectOption[] => {
  const wanted = fold(text);
  if (wanted === '') return [...choices];
  const found = choices.map((choice) => [choice, fold(labelOf(choice)).indexOf(wanted)] as const);
  const beginning = found.filter(([, at]) => at === 0);
  return [...beginning, ...found.filter(([, at]) => at > 0)].map(([choice]) => choice);
};
