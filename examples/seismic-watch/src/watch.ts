import { type EventBus, Microglia, NeuralCircuit, ReflexNeuron } from '@organism/nervous';
import { Alert, Quake } from './bones.ts';

const hourMs = 60 * 60 * 1000;
/** A quake this strong raises an alert by itself. */
const strong = 5.5;

/** The grid cell, one degree wide, that a quake lies in. */
const regionOf = ({ latitude, longitude }: Pick<Quake, 'latitude' | 'longitude'>): string =>
  `${Math.floor(latitude)},${Math.floor(longitude)}`;

/** The place without its distance: `10km N of Hualian, Taiwan` lies near `Hualian, Taiwan`. */
const nearOf = (place: string): string => place.replace(/^.*?\bof /, '');

const strongest = (quakes: readonly Pick<Quake, 'magnitude'>[]): number =>
  Math.max(...quakes.map(({ magnitude }) => magnitude));

/**
 * Two neurons that raise alerts. `swarm` adds up magnitudes per region and lets the sum leak away, so that a swarm of
 * small shocks fires it where one alone would not; `strong` fires at once for a single strong quake.
 *
 * Both go by the time of the quake, not of the clock, so a replay gives the same alerts at any speed.
 */
export const makeWatch = (bus: EventBus): NeuralCircuit => {
  const swarm = new ReflexNeuron({
    name: 'swarm',
    dendrites: { quakes: Quake },
    axons: { alerts: Alert },
    membrane: {
      threshold: 6,
      timeConstantMs: 3 * hourMs,
      refractoryMs: 12 * hourMs,
      // One strong quake is no swarm, however strong; the smallest still count a little.
      weight: ({ magnitude }) => Math.min(3, Math.max(0.1, magnitude)),
      key: regionOf,
      at: ({ time }) => time,
    },
    react: {
      quakes: (quake, { alerts }, burst) => {
        // What came long before has leaked away by now, and is no part of the story.
        const quakes = (burst?.values ?? [quake]).filter(({ time }) => quake.time - time <= 4 * 3 * hourMs);
        const maxMagnitude = strongest(quakes);
        const hours = Math.max(1, Math.round((quake.time - (quakes[0]?.time ?? quake.time)) / hourMs));
        alerts.fire({
          id: `swarm-${quake.id}`,
          kind: 'swarm',
          region: regionOf(quake),
          place: nearOf(quake.place),
          time: quake.time,
          latitude: quake.latitude,
          longitude: quake.longitude,
          quakes: quakes.length,
          maxMagnitude,
          potential: burst?.potential ?? 0,
          message: `${quakes.length} shocks within ${hours} ${hours === 1 ? 'hour' : 'hours'}, the strongest of magnitude ${maxMagnitude.toFixed(1)}.`,
        });
      },
    },
  });
  const single = new ReflexNeuron({
    name: 'strong',
    dendrites: { quakes: Quake },
    axons: { alerts: Alert },
    react: {
      quakes: (quake, { alerts }) => {
        if (quake.magnitude < strong) return;
        alerts.fire({
          id: `strong-${quake.id}`,
          kind: 'strong',
          region: regionOf(quake),
          place: quake.place,
          time: quake.time,
          latitude: quake.latitude,
          longitude: quake.longitude,
          quakes: 1,
          maxMagnitude: quake.magnitude,
          potential: quake.magnitude,
          message: `Magnitude ${quake.magnitude.toFixed(1)}, ${quake.depthKm.toFixed(0)} km deep.`,
        });
      },
    },
  });
  // A quake that makes a neuron fail is put aside, and the watch goes on; its health tells of it.
  const supervisor = new Microglia();
  return new NeuralCircuit({ name: 'watch', needs: [bus], supervisor })
    .add(swarm, single)
    .fromTopic(bus.topic(Quake), swarm.dendrites.quakes)
    .fromTopic(bus.topic(Quake), single.dendrites.quakes)
    .toTopic(swarm.axons.alerts, bus.topic(Alert))
    .toTopic(single.axons.alerts, bus.topic(Alert));
};
