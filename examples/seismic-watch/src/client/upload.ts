import { toast, type UploadItem } from '@organism/skin-elements';
import { tusUploader } from '@organism/skin-elements/tus';
import type { ImportState } from '../bones.ts';
import type { Problem } from './api.ts';
import { byId, isolatedElement, textElement } from './dom.ts';

const endpoint = '/api/uploads';
/** Small enough for a bar that moves, and for little to be sent twice. */
const chunkBytes = 256 * 1024;
/** Long enough for a server to start again. */
const retryDelaysMs = [500, 1000, 2000, 4000, 8000, 8000];

const count = (number: number, one: string, more = `${one}s`): string =>
  `${number.toLocaleString()} ${number === 1 ? one : more}`;

const resultOf = ({ features, added, known, rejectedCount }: ImportState): string => {
  const parts = [`${count(added, 'earthquake')} added`];
  if (known > 0) parts.push(`${known.toLocaleString()} here already`);
  if (rejectedCount > 0) parts.push(`${rejectedCount.toLocaleString()} of ${count(features, 'feature')} refused`);
  return `${parts.join(', ')}.`;
};

/** What a page shows of one import: a bar while it lasts, then what came of it. */
const describe = (state: ImportState): HTMLElement[] => {
  const { file, status, readBytes, bytes, rejected, rejectedCount } = state;
  if (status === 'failed' || status === 'done') {
    const alert = isolatedElement(
      'skin-alert',
      status === 'done' ? resultOf(state) : `${state.problem} Nothing was added.`,
    );
    alert.label = file;
    alert.tone = status === 'failed' ? 'danger' : rejectedCount > 0 ? 'warning' : 'success';
    if (status === 'failed' || rejectedCount === 0) return [alert];
    const table = document.createElement('skin-table');
    table.columns = [
      { key: 'record', label: 'Feature', align: 'end' },
      { key: 'id', label: 'Id' },
      { key: 'problem', label: 'Rule' },
    ];
    table.setAttribute('aria-label', `Refused features of ${file}`);
    table.rows = rejected;
    const more = rejectedCount - rejected.length;
    return [alert, table, ...(more > 0 ? [textElement('p', `… and ${more.toLocaleString()} more.`)] : [])];
  }
  const bar = document.createElement('skin-progress-bar');
  bar.label = `Import of ${file}`;
  bar.max = bytes;
  if (status === 'reading') bar.value = readBytes;
  const text = { waiting: 'waiting for its turn', reading: 'being read', adding: 'being added' }[status];
  return [textElement('p', `${file}: ${text} …`), bar];
};

/** Why an upload has failed, for who does not know the protocol. */
const reasonOf = (error: unknown, problem: Problem | undefined): string => {
  const { status } = error as { readonly status?: number };
  if (status === undefined) return 'The server can’t be reached. What has arrived is kept: try again later.';
  return problem?.detail ?? problem?.title ?? `The server answered ${status}.`;
};

/** The dialog in which files are uploaded. Returns what shows where an import stands. */
export const setUpUpload = (): ((state: ImportState) => void) => {
  const dialog = byId('upload-dialog', 'skin-dialog');
  const field = byId('upload-files', 'skin-file-upload');
  const list = byId('imports');
  /** By the id of the upload, for files of this page. */
  const cards = new Map<string, HTMLElement>();
  const states = new Map<string, ImportState>();
  let problem: Problem | undefined;

  const show = (state: ImportState): void => {
    states.set(state.id, state);
    const card = cards.get(state.id);
    if (card === undefined || card.dataset['status'] === 'done' || card.dataset['status'] === 'failed') return;
    card.dataset['status'] = state.status;
    card.replaceChildren(...describe(state));
    if (dialog.open || (state.status !== 'done' && state.status !== 'failed')) return;
    const isFine = state.status === 'done';
    toast(`${state.file}: ${isFine ? resultOf(state) : state.problem}`, { tone: isFine ? 'success' : 'danger' });
  };

  const addCard = (): HTMLElement => {
    const card = document.createElement('div');
    list.prepend(card);
    return card;
  };

  field.uploader = tusUploader({
    endpoint,
    chunkBytes,
    retryDelaysMs,
    storage: localStorage,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
      problem = isProblem ? ((await response.clone().json()) as Problem) : undefined;
      return response;
    },
  });
  field.addEventListener('progress', (event) => {
    // To the platform's types, an event of this name is that of a request.
    const { state, result, file } = (event as unknown as CustomEvent<UploadItem>).detail;
    const id = result?.split('/').at(-1);
    if (state !== 'done' || id === undefined || cards.has(id)) return;
    const card = addCard();
    cards.set(id, card);
    const known = states.get(id);
    if (known === undefined) card.append(textElement('p', `${file.name}: uploaded, waiting for its turn …`));
    else show(known);
  });
  field.addEventListener('upload-error', (event) => {
    const { item, error } = (event as CustomEvent<{ readonly item: UploadItem; readonly error: unknown }>).detail;
    const alert = isolatedElement('skin-alert', reasonOf(error, problem));
    alert.label = item.file.name;
    alert.tone = 'danger';
    alert.dismissible = true;
    addCard().append(alert);
  });
  byId('upload', 'skin-button').addEventListener('click', () => {
    dialog.show();
    // The server says how large a file may be.
    void fetch(endpoint, { method: 'OPTIONS', headers: { 'Tus-Resumable': '1.0.0' } })
      .then(({ headers }) => (field.maxBytes = Number(headers.get('tus-max-size')) || undefined))
      .catch(() => {});
  });
  return show;
};
