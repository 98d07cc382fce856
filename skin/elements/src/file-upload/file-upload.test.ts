import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm, type TestForm } from '../../test/form.ts';
import { expectAccessible, inside } from '../../test/helpers.ts';
import { formatBytes, isAccepted } from './accept.ts';
import type { FileReceptor } from './file-upload.ts';
import type { Uploader, UploadItem, UploadTask } from './queue.ts';
import { UploadError } from './tus.ts';
import './file-upload.ts';

const file = (name: string, size = 10, type = 'text/csv'): File => new File([new Uint8Array(size)], name, { type });

const setUp = async (
  template = html`<skin-file-upload name="it" label="Readings" multiple></skin-file-upload>`,
): Promise<TestForm & { field: FileReceptor; states: () => string[]; texts: () => (string | undefined)[] }> => {
  const form = await showForm(template);
  const field = form.stage.querySelector('skin-file-upload') as FileReceptor;
  return {
    ...form,
    field,
    states: () => field.items.map(({ state }) => state),
    texts: () =>
      [...(field.shadowRoot?.querySelectorAll('small') ?? [])].map(({ textContent }) =>
        textContent?.replaceAll(/\s+/g, ' ').trim(),
      ),
  };
};

interface UploadFailure {
  readonly item: UploadItem;
  readonly error: unknown;
}

/** Uploads that end when the test says so. */
const byHand = (): Uploader & {
  tasks: UploadTask[];
  ends: ((result: string | Error) => void)[];
  discarded: string[];
} => {
  const tasks: UploadTask[] = [];
  const ends: ((result: string | Error) => void)[] = [];
  const discarded: string[] = [];
  return {
    tasks,
    ends,
    discarded,
    upload: (task) =>
      new Promise((resolve, reject) => {
        tasks.push(task);
        ends.push((result) => (typeof result === 'string' ? resolve(result) : reject(result)));
        task.signal.addEventListener('abort', () => reject(new Error('Aborted.')));
      }),
    discard: (saved) => void discarded.push(saved),
  };
};
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('skin-file-upload', () => {
  it('is accessible, with a name for each button and bar', async () => {
    await expectAccessible(
      html`<skin-file-upload label="Readings" help="CSV"></skin-file-upload
        ><skin-file-upload label="Off" disabled></skin-file-upload>`,
    );
    const { field } = await setUp();
    field.uploader = byHand();
    field.add([file('a.csv')]);
    await expect.element(page.getByRole('button', { name: 'Pause: a.csv' })).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Remove: a.csv' })).toBeVisible();
    await expect.element(page.getByRole('progressbar', { name: 'a.csv' })).toBeVisible();
  });

  it('submits files with the form, as a native field does, and takes the same one again', async () => {
    const { field, submitted, log } = await setUp();
    await userEvent.upload(inside(field, 'input'), [file('a.csv'), file('b.csv')]);
    expect(submitted().map((one) => (one as File).name)).toEqual(['a.csv', 'b.csv']);
    expect([log, inside(field, 'input').files?.length]).toEqual([['input', 'change'], 0]);
    await userEvent.click(page.getByRole('button', { name: 'Remove: a.csv' }));
    expect(submitted().map((one) => (one as File).name)).toEqual(['b.csv']);
    expect(field.shadowRoot?.activeElement).toBe(inside(field, 'input'));
  });

  it('keeps one file unless told otherwise', async () => {
    const { field, submitted } = await setUp(html`<skin-file-upload name="it" label="R"></skin-file-upload>`);
    field.add([file('a.csv')]);
    field.add([file('b.csv')]);
    expect(submitted().map((one) => (one as File).name)).toEqual(['b.csv']);
  });

  it('takes what is dropped, and shows where', async () => {
    const { field, states } = await setUp();
    const zone = field.shadowRoot?.querySelector('.zone') as HTMLElement;
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(file('a.csv'));
    const fire = (type: string): boolean =>
      zone.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    expect([fire('dragover'), field.matches(':state(dragging)')]).toEqual([false, true]);
    fire('dragleave');
    expect(field.matches(':state(dragging)')).toBe(false);
    fire('drop');
    expect(states()).toEqual(['ready']);
    field.disabled = true;
    await field.updateComplete;
    expect(fire('dragover')).toBe(true);
  });

  it('refuses wrong types, sizes and numbers, says why, and submits the others', async () => {
    const { stage, field, submitted, texts, states, form } = await setUp(
      html`<skin-file-upload
        name="it"
        label="R"
        multiple
        accept=".csv"
        max-bytes="2000"
        max-files="2"
        lang="en"
      ></skin-file-upload>`,
    );
    const refused: unknown[] = [];
    stage.addEventListener('refuse', (event) => refused.push((event as CustomEvent<{ reason: string }>).detail.reason));
    field.add([file('a.csv'), file('b.exe'), file('c.csv', 2001), file('d.csv'), file('e.csv')]);
    await field.updateComplete;
    expect([refused, states()]).toEqual([
      ['type', 'size', 'count'],
      ['ready', 'refused', 'refused', 'ready', 'refused'],
    ]);
    expect(texts().slice(1, 3)).toEqual(['10 bytes · Files of this type are not accepted', '2 kB · Larger than 2 kB']);
    expect(submitted().map((one) => (one as File).name)).toEqual(['a.csv', 'd.csv']);
    expect([form.checkValidity(), inside(field, 'output').textContent]).toEqual([true, 'e.csv: No more than 2 files']);
  });

  it('uploads a few at a time, with progress, and submits what the uploader gave', async () => {
    const uploader = byHand();
    const { field, states, submitted, form } = await setUp(
      html`<skin-file-upload name="it" label="R" multiple .uploader=${uploader}></skin-file-upload>`,
    );
    field.add([file('a.csv'), file('b.csv'), file('c.csv')]);
    expect([states(), form.checkValidity()]).toEqual([['uploading', 'uploading', 'queued'], false]);
    uploader.tasks[0]?.progress(4);
    await field.updateComplete;
    expect(inside(field, 'progress').value).toBe(4);
    uploader.ends[0]?.('/uploads/1');
    await expect.poll(states).toEqual(['done', 'uploading', 'uploading']);
    expect([submitted(), field.validationMessage]).toEqual([['/uploads/1'], 'Some files are not uploaded yet.']);
    uploader.ends[1]?.('/uploads/2');
    uploader.ends[2]?.('/uploads/3');
    await expect.poll(() => form.checkValidity()).toBe(true);
    expect(submitted()).toEqual(['/uploads/1', '/uploads/2', '/uploads/3']);
  });

  it('pauses, goes on from where it was, and takes away what has arrived', async () => {
    const uploader = byHand();
    const { field, states } = await setUp(
      html`<skin-file-upload name="it" label="R" multiple .uploader=${uploader}></skin-file-upload>`,
    );
    field.add([file('a.csv')]);
    uploader.tasks[0]?.save('at-5');
    uploader.tasks[0]?.progress(5);
    await userEvent.click(page.getByRole('button', { name: 'Pause: a.csv' }));
    await settled();
    expect([states(), uploader.tasks[0]?.signal.aborted]).toEqual([['paused'], true]);
    uploader.tasks[0]?.progress(9);
    expect(field.shadowRoot?.activeElement?.getAttribute('aria-label')).toBe('Resume: a.csv');
    await userEvent.click(page.getByRole('button', { name: 'Resume: a.csv' }));
    expect([states(), uploader.tasks[1]?.saved, field.items[0]?.sentBytes]).toEqual([['uploading'], 'at-5', 5]);
    await userEvent.click(page.getByRole('button', { name: 'Remove: a.csv' }));
    expect([states(), uploader.discarded, uploader.tasks[1]?.signal.aborted]).toEqual([[], ['at-5'], true]);
  });

  it('tells a failure, and tries again', async () => {
    const uploader = byHand();
    const { field, states, form } = await setUp(
      html`<skin-file-upload name="it" label="R" .uploader=${uploader}></skin-file-upload>`,
    );
    const errors: unknown[] = [];
    field.addEventListener('upload-error', (event) =>
      errors.push((event as CustomEvent<{ error: Error }>).detail.error.message),
    );
    field.add([file('a.csv')]);
    uploader.ends[0]?.(new Error('No answer.'));
    await expect.poll(states).toEqual(['failed']);
    expect([errors, form.checkValidity()]).toEqual([['No answer.'], false]);
    await userEvent.click(page.getByRole('button', { name: 'Try again: a.csv' }));
    uploader.ends[1]?.('ok');
    await expect.poll(states).toEqual(['done']);
    await field.updateComplete;
    expect(field.shadowRoot?.activeElement).toBe(inside(field, 'input'));
  });

  it('shows what the server says of a failure, and tells it', async () => {
    const uploader = byHand();
    const { field, states, texts } = await setUp(
      html`<skin-file-upload name="it" label="R" lang="en" .uploader=${uploader}></skin-file-upload>`,
    );
    const told: unknown[] = [];
    field.addEventListener('upload-error', (event) => told.push((event as CustomEvent<UploadFailure>).detail));
    field.add([file('a.csv')]);
    const error = new UploadError('Refused.', 507, { publicMessage: 'Your quota of <b>5 MB</b> is used up.' });
    uploader.ends[0]?.(error);
    await expect.poll(states).toEqual(['failed']);
    await field.updateComplete;
    const [item] = field.items;
    expect([told, item?.failure]).toEqual([[{ item, error }], 'Your quota of <b>5 MB</b> is used up.']);
    expect(texts()).toEqual(['10 bytes · Upload failed: Your quota of <b>5 MB</b> is used up.']);
    expect(inside(field, 'output').textContent).toBe('a.csv: Upload failed: Your quota of <b>5 MB</b> is used up.');
  });

  it('is as narrow as the column of a grid', async () => {
    const { stage, field } = await setUp(
      html`<div style="display:grid;grid-template-columns:1fr 1fr;inline-size:20rem">
        <skin-file-upload label="R"></skin-file-upload><i>Beside</i>
      </div>`,
    );
    field.add([file('a-name-that-has-no-place-to-break-and-is-far-too-long-for-the-column.csv')]);
    await field.updateComplete;
    const grid = stage.querySelector('div') as HTMLElement;
    expect([field.offsetWidth, grid.scrollWidth]).toEqual([grid.clientWidth / 2, grid.clientWidth]);
  });

  it('stops sending when it is gone for good, and goes on when it is only moved', async () => {
    const uploader = byHand();
    const { field, states, stage } = await setUp(
      html`<skin-file-upload name="it" label="R" .uploader=${uploader}></skin-file-upload>`,
    );
    field.add([file('a.csv')]);
    stage.append(field);
    await settled();
    expect(states()).toEqual(['uploading']);
    field.remove();
    await settled();
    expect([states(), uploader.tasks[0]?.signal.aborted]).toEqual([['paused'], true]);
  });

  it('is validated, reset, and off with its fieldset', async () => {
    const { field, form, fieldset, submitted } = await setUp(
      html`<skin-file-upload name="it" label="R" required></skin-file-upload>`,
    );
    expect([form.checkValidity(), field.validity.valueMissing]).toEqual([false, true]);
    field.add([file('<img src=x onerror="window.hacked=1">.csv')]);
    await field.updateComplete;
    expect([form.checkValidity(), field.shadowRoot?.querySelector('img')]).toEqual([true, null]);
    form.reset();
    expect([form.checkValidity(), submitted()]).toEqual([false, []]);
    fieldset.disabled = true;
    await expect.poll(() => inside(field, 'input').disabled).toBe(true);
  });
});

describe('what is accepted', () => {
  it.each([
    ['', 'a.exe', '', true],
    ['.csv', 'A.CSV', '', true],
    ['.csv', 'a.csv.exe', 'text/csv', false],
    ['image/*', 'a', 'image/png', true],
    ['image/*', 'a', 'imagery/png', false],
    ['text/csv, .pdf', 'a.pdf', '', true],
    ['application/pdf', 'a.pdf', '', false],
    ['*/*', 'a', '', true],
    ['nonsense', 'a', '', true],
  ])('%s of %s (%s)', (accept, name, type, expected) => {
    expect(isAccepted({ name, type }, accept)).toBe(expected);
  });

  it('has its size in the words of the language', () => {
    expect([0, 999, 1000, 1_234_567].map((bytes) => formatBytes(bytes, 'en'))).toEqual([
      '0 bytes',
      '999 bytes',
      '1 kB',
      '1.2 MB',
    ]);
  });
});
