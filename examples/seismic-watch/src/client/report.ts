import { toast } from '@organism/skin-elements';
import type { Quake } from '../bones.ts';
import { post } from './api.ts';
import { byId } from './dom.ts';
import { formatNumber } from './format.ts';

const numeric = ['magnitude', 'depthKm', 'latitude', 'longitude'] as const;

/** The dialog in which a reading is entered by hand; the server's refusal is shown at the field it names. */
export const setUpReport = (): void => {
  const dialog = byId('report-dialog', 'skin-dialog');
  const form = byId('report-form', 'form');
  const problem = byId('report-problem');
  byId('report', 'skin-button').addEventListener('click', () => dialog.show());
  byId('report-cancel', 'skin-button').addEventListener('click', () => dialog.close());
  const fields = [...form.querySelectorAll('skin-text-field')];
  for (const field of fields) field.addEventListener('input', () => field.setCustomError(''));

  const submit = async (): Promise<void> => {
    const entries = new FormData(form);
    const reading: Record<string, unknown> = { place: entries.get('place') };
    for (const name of numeric) {
      const text = String(entries.get(name) ?? '')
        .trim()
        .replace(',', '.')
        .replace('−', '-');
      if (text !== '') reading[name] = Number.isNaN(Number(text)) ? text : Number(text);
    }
    const answer = await post<Quake>('/api/quakes', reading);
    if (answer.ok) {
      problem.hidden = true;
      form.reset();
      dialog.close();
      toast(`Reading recorded: M ${formatNumber(answer.value.magnitude)}, ${answer.value.place}`, {
        tone: 'success',
      });
      return;
    }
    const { detail, errors = [], title } = answer.problem;
    const unplaced: string[] = [];
    for (const { path, message } of errors) {
      const field = fields.find((candidate) => candidate.name === path[0]);
      if (field === undefined) unplaced.push(message);
      else field.setCustomError(message);
    }
    fields.find((field) => errors.some(({ path }) => path[0] === field.name))?.focus();
    problem.hidden = errors.length > 0 && unplaced.length === 0;
    problem.textContent = unplaced.join(' ') || detail || title;
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
};
