import { fold } from '../combobox/matching.ts';

/** Command of a palette. */
export interface PaletteCommand {
  /** What the palette tells when it is chosen. */
  readonly value: string;
  /** What it says; the value by default. */
  readonly label?: string;
  /** Heading under which it stands. */
  readonly group?: string;
  /** Keys that do the same elsewhere, as `Ctrl+S`; only shown. */
  readonly keys?: string;
  /** Words by which it is found, too. */
  readonly keywords?: string;
  /** Whether it can't be chosen now. */
  readonly disabled?: boolean;
}

/** Commands under one heading. */
export interface CommandGroup {
  readonly name: string;
  readonly commands: readonly PaletteCommand[];
}

/** Whether a value can be shown as a command: pages give what they like. */
export const isCommand = (one: unknown): one is PaletteCommand =>
  typeof one === 'object' && one !== null && typeof (one as Partial<PaletteCommand>).value === 'string';

/** What a command says. */
export const labelOf = ({ label, value }: PaletteCommand): string => String(label ?? value);

/** How well a command fits: all words must be in it, at the beginning of a word at best. Undefined for not at all. */
const rank = (command: PaletteCommand, words: readonly string[]): number | undefined => {
  const label = fold(labelOf(command));
  const text = ` ${label} ${fold(String(command.group ?? ''))} ${fold(String(command.keywords ?? ''))}`;
  let sum = 0;
  for (const word of words) {
    if (!text.includes(word)) return undefined;
    sum += label.startsWith(word) ? 0 : ` ${label}`.includes(` ${word}`) ? 1 : text.includes(` ${word}`) ? 2 : 3;
  }
  return sum;
};

/** Commands that contain every word of a text, best first, in their groups. */
export const findCommands = (commands: readonly PaletteCommand[], text: string, most: number): CommandGroup[] => {
  const words = fold(text)
    .split(/\s+/)
    .filter((word) => word !== '');
  const found = commands
    .map((command) => ({ command, rank: rank(command, words) }))
    .filter((one): one is { command: PaletteCommand; rank: number } => one.rank !== undefined)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ command }) => command);
  const groups = Map.groupBy(found, ({ group }) => String(group ?? ''));
  return [...groups].map(([name, some]) => ({ name, commands: some }));
};
