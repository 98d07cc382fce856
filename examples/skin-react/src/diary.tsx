import { toast } from '@organism/skin-elements';
import { type FormEvent, type JSX, useEffect, useState } from 'react';

interface Reading {
  readonly id: number;
  readonly place: string;
  readonly magnitude: number;
  readonly kind: string;
}

const columns = [
  { key: 'place', label: 'Place', sortable: true },
  { key: 'magnitude', label: 'Magnitude', sortable: true, align: 'end' as const },
  { key: 'kind', label: 'Kind' },
];
const first: readonly Reading[] = [
  { id: 1, place: 'Kodiak, Alaska', magnitude: 5.1, kind: 'earthquake' },
  { id: 2, place: 'Hualien, Taiwan', magnitude: 6.4, kind: 'earthquake' },
];

/** Diary of readings: a form, a table that is searched, a dialog. */
export const Diary = (): JSX.Element => {
  const [readings, setReadings] = useState(first);
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<Reading>();
  const [isDark, setDark] = useState(false);

  useEffect(() => {
    document.documentElement.style.colorScheme = isDark ? 'dark' : 'light';
  }, [isDark]);

  const add = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const entered = new FormData(form);
    const place = String(entered.get('place'));
    const magnitude = Number(entered.get('magnitude'));
    setReadings([...readings, { id: readings.length + 1, place, magnitude, kind: String(entered.get('kind')) }]);
    form.reset();
    toast(`${place} was added`, { tone: 'success' });
  };
  const remove = (): void => {
    setReadings(readings.filter(({ id }) => id !== chosen?.id));
    setChosen(undefined);
  };

  return (
    <skin-container>
      <skin-stack gap="large">
        <h1>Field diary</h1>
        <skin-switch checked={isDark} onchange={({ currentTarget }) => setDark(currentTarget.checked)}>
          Dark
        </skin-switch>
        <form onSubmit={add}>
          <skin-stack>
            <skin-text-field name="place" label="Place" required />
            <skin-number-field name="magnitude" label="Magnitude" min="0" max="10" step="0.1" required />
            <skin-select name="kind" label="Kind">
              <option>earthquake</option>
              <option>explosion</option>
            </skin-select>
            <skin-button variant="primary" type="submit">
              Add
            </skin-button>
          </skin-stack>
        </form>
        <skin-search-field
          label="Search"
          value={search}
          oninput={({ currentTarget }) => setSearch(currentTarget.value)}
        />
        <skin-table
          caption={`${readings.length} readings`}
          columns={columns}
          rows={readings.filter(({ place }) => place.toLowerCase().includes(search.toLowerCase()))}
          activatable
          onrow-activate={({ detail }) => setChosen(detail.row as Reading)}
        />
        <skin-dialog label={chosen?.place ?? ''} open={chosen !== undefined} onclose={() => setChosen(undefined)}>
          <p>
            Magnitude {chosen?.magnitude}, {chosen?.kind}
          </p>
          <skin-button slot="footer" variant="danger" onClick={remove}>
            Delete
          </skin-button>
        </skin-dialog>
      </skin-stack>
    </skin-container>
  );
};
