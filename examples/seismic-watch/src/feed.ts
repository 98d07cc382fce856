import { OrganismError } from '@organism/cell';
import { Bone } from '@organism/skeletal';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Quake, type Rejected } from './bones.ts';

/** USGS's week of earthquakes, 31 January to 7 February 2018, as npm's `vega-datasets` ships it. */
export const weekFile: string = fileURLToPath(
  new URL('../data/earthquakes.json', import.meta.resolve('vega-datasets')),
);

const feature = z.object({
  id: z.string(),
  properties: z.object({ mag: z.number(), place: z.string(), time: z.number() }),
  geometry: z.object({ coordinates: z.tuple([z.number(), z.number(), z.number()]) }),
});

/** One record of USGS's GeoJSON feed, read into a Quake. @see https://earthquake.usgs.gov/earthquakes/feed/v1.0/geojson.php */
const Record = new Bone(
  'seismic.usgs-record',
  feature.transform(({ id, properties, geometry: { coordinates } }): Omit<Quake, 'source'> => {
    const [longitude, latitude, depthKm] = coordinates;
    return {
      id,
      magnitude: properties.mag,
      place: properties.place,
      time: properties.time,
      latitude,
      longitude,
      depthKm,
    };
  }),
);

/** The usable quakes of a file in order of time, and the records that could not be used. */
export interface Feed {
  readonly quakes: readonly Quake[];
  readonly rejected: readonly Rejected[];
}

const idOf = (record: unknown): { id?: string } =>
  typeof record === 'object' && record !== null && 'id' in record && typeof record.id === 'string'
    ? { id: record.id.slice(0, 64) }
    : {};

/** Takes the records of a feed one by one; each that breaks a rule is set aside with its number, field and rule. */
export class FeedReader {
  readonly #source: Quake['source'];
  readonly #quakes: Quake[] = [];
  readonly #rejected: Rejected[] = [];
  readonly #seen = new Set<string>();
  /** How many records there were so far. */
  count: number = 0;

  constructor(source: Quake['source']) {
    this.#source = source;
  }

  /** Takes the next record, whatever it is. */
  add(record: unknown): void {
    const index = this.count;
    this.count += 1;
    const raw = Record.safeParse(record);
    const result = raw.ok ? Quake.safeParse({ ...raw.value, source: this.#source }) : raw;
    if (!result.ok) {
      const [issue] = result.issues;
      const [field, problem] = [issue?.path.join('.') ?? '', issue?.message ?? 'unknown'];
      this.#rejected.push({ record: index, ...idOf(record), field, problem });
      return;
    }
    const { id } = result.value;
    if (this.#seen.has(id)) {
      this.#rejected.push({ record: index, id, field: 'id', problem: 'an earlier record has the same id' });
      return;
    }
    this.#seen.add(id);
    this.#quakes.push(result.value);
  }

  /** What came of them. */
  finish(): Feed {
    return { quakes: this.#quakes.toSorted((a, b) => a.time - b.time), rejected: this.#rejected };
  }
}

/** Reads a GeoJSON feed, as {@link FeedReader} takes its records. */
export const readFeed = (text: string): Feed => {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new OrganismError(
      'SEISMIC_FEED_UNREADABLE',
      `The data file is not JSON: ${error instanceof Error ? error.message : 'unknown error'}`,
      { cause: error },
    );
  }
  const records =
    typeof document === 'object' && document !== null && 'features' in document ? document.features : undefined;
  if (!Array.isArray(records)) {
    throw new OrganismError(
      'SEISMIC_FEED_UNREADABLE',
      'The data file must be a GeoJSON FeatureCollection with a list "features".',
    );
  }
  const reader = new FeedReader('feed');
  for (const record of records) reader.add(record);
  return reader.finish();
};

/** Reads a GeoJSON feed from a file. */
export const loadFeed = async (path: string): Promise<Feed> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new OrganismError(
      'SEISMIC_FEED_UNREADABLE',
      `The data file ${path} can't be read: ${error instanceof Error ? error.message : 'unknown error'}`,
      { cause: error },
    );
  }
  return readFeed(text);
};
