import type { Heart } from '../heart/heart.ts';
import { FrameError } from './errors.ts';

const kinds = ['room', 'claim', 'park', 'taken'] as const;

/** What processes that serve the same channel tell each other; plain data, safe to send as JSON. */
export interface Announcement {
  /** The process that it comes from. */
  readonly from: string;
  /** Counts the messages for rooms of that process, from 1; 0 for all else. */
  readonly number: number;
  /**
   * A message for a `room`; a `claim` of a session whose client has come to another process; a session that is `park`ed
   * with the others, or with one of them; a session that was `taken` over.
   */
  readonly kind: (typeof kinds)[number];
  /** The room, or the session's id. What concerns one of them must arrive in order. */
  readonly room: string;
  /** JSON: the message, or what the kind needs. Of sessions it holds messages, and no token that opens one. */
  readonly text: string;
}

/** Port to the other processes that serve the same channel. */
export interface Fanout {
  /** Tells all processes, this one perhaps included. */
  publish(announcement: Announcement): void | Promise<unknown>;
  /** Hears what is published from now on; disposed when the channel stops. */
  subscribe(listener: (announcement: Announcement) => void): AsyncDisposable | Promise<AsyncDisposable>;
}

const check = (data: unknown): Announcement => {
  const { from, number, kind, room, text } = (data ?? {}) as Partial<Announcement>;
  const isWhole = Number.isSafeInteger(number) && kinds.includes(kind as 'room');
  if (isWhole && [from, room, text].every((part) => typeof part === 'string')) return data as Announcement;
  throw new FrameError('an announcement with from, number, kind, room and text');
};

/**
 * Fan-out over the Heart: rooms and sessions reach across all processes whose Hearts share a store. Who may publish to its
 * topic is trusted with what is said there.
 *
 * @param topic The Heart's topic for it. Default `capillary.rooms`.
 * @example
 * ```ts
 * import { Heart } from '@organism/circulatory';
 * import { Capillary, heartFanout } from '@organism/circulatory/capillary';
 *
 * await using heart = await new Heart().start();
 * await using capillary = await new Capillary({
 *   authenticate: () => ({ id: 'anyone' }),
 *   fanout: heartFanout(heart),
 *   onSession: (session) => capillary.join(session, 'news'),
 * }).start();
 * await capillary.publish('news', { headline: 'All is well.' });
 * ```
 */
export const heartFanout = <Events extends object, Tx>(heart: Heart<Events, Tx>, topic = 'capillary.rooms'): Fanout => {
  // By name alone: the Heart may be typed for topics of its owner's.
  const key = topic as keyof Events & string;
  return {
    publish: (announcement) => heart.publish(key, announcement as never, { key: announcement.room }),
    subscribe: (listener) => heart.subscribe(key, ({ data }) => listener(check(data)), { broadcast: true }),
  };
};
