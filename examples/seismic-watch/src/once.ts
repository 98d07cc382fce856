import { EventBus } from '@organism/nervous';
import { Alert, Quake } from './bones.ts';
import type { Feed } from './feed.ts';
import { Catalogue } from './store.ts';
import { makeWatch } from './watch.ts';

/** What a whole week comes to. */
export interface Summary {
  readonly quakes: number;
  readonly rejected: Feed['rejected'];
  readonly alerts: readonly Alert[];
  readonly strongest: Quake | undefined;
}

/** Sends every quake of a feed through the watch, at once. */
export const processAll = async (feed: Feed): Promise<Summary> => {
  await using bus = await new EventBus().start();
  await using watch = await makeWatch(bus).start();
  const catalogue = new Catalogue();
  bus.on(Alert, (alert) => catalogue.addAlert(alert));
  let strongest: Quake | undefined;
  for (const quake of feed.quakes) {
    if (strongest === undefined || quake.magnitude > strongest.magnitude) strongest = quake;
    bus.emit(Quake, quake);
  }
  await watch.drain();
  return {
    quakes: feed.quakes.length,
    rejected: feed.rejected,
    alerts: catalogue.alerts().alerts.toReversed(),
    strongest,
  };
};

const day = (time: number): string => new Date(time).toISOString().slice(0, 16).replace('T', ' ');
const mostListed = 20;

/** The summary as text for a terminal. */
export const formatSummary = ({ quakes, rejected, alerts, strongest }: Summary): string => {
  const lines = [`${quakes} earthquakes processed, ${rejected.length} records rejected, ${alerts.length} alerts.`];
  if (strongest !== undefined)
    lines.push(`Strongest: M ${strongest.magnitude.toFixed(1)}, ${strongest.place}, ${day(strongest.time)} UTC.`);
  for (const { kind, time, place, message } of alerts)
    lines.push(`  ${day(time)}  ${kind.padEnd(6)}  ${place}: ${message}`);
  for (const { record, id, field, problem } of rejected.slice(0, mostListed))
    lines.push(
      `  rejected record ${record}${id === undefined ? '' : ` (${id})`}${field === '' ? '' : `, ${field}`}: ${problem}`,
    );
  if (rejected.length > mostListed) lines.push(`  … and ${rejected.length - mostListed} more`);
  return `${lines.join('\n')}\n`;
};
