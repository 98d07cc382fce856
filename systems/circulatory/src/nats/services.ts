import type { Groups } from './groups.ts';
import type { Link } from './link.ts';
import type { Morgue } from './morgue.ts';
import type { Names } from './names.ts';
import type { NatsSettings } from './options.ts';
import type { Streams } from './streams.ts';

/** What the parts of the driver share. */
export interface Services {
  readonly settings: NatsSettings;
  readonly names: Names;
  readonly link: Link;
  readonly streams: Streams;
  readonly groups: Groups;
  readonly morgue: Morgue;
  /** Tells those that watch a topic. */
  readonly tell: (topic: string) => void;
}
