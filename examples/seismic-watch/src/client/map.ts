import { geoGraticule10, geoNaturalEarth1, geoPath, type GeoPermissibleObjects, type GeoProjection } from 'd3-geo';
import { feature } from 'topojson-client';
import type { Alert, Quake } from '../bones.ts';
import { cssColor, magnitudeRadius, magnitudeStep, SharpCanvas } from './canvas.ts';

interface Dot {
  readonly quake: Quake;
  x: number;
  y: number;
}

interface Pulse {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly color: string;
  readonly born: number;
  readonly lifeMs: number;
}

type Topology = Parameters<typeof feature>[0];

const toLand = (topology: Topology): GeoPermissibleObjects | undefined => {
  const { land } = topology.objects;
  return land === undefined ? undefined : feature(topology, land);
};

/** The world, centred on the Pacific, with each quake as a disc; a new one sends out a ring. */
export class QuakeMap {
  readonly #ground: SharpCanvas;
  readonly #live: SharpCanvas;
  readonly #projection: GeoProjection = geoNaturalEarth1().rotate([-155, 0]);
  readonly #dots: Dot[] = [];
  readonly #alerts: Alert[] = [];
  #pulses: Pulse[] = [];
  #land: GeoPermissibleObjects | undefined;
  #colors: readonly string[] = [];
  /** Discs shrink with the map, or they would cover it on a phone. */
  #scale = 1;
  #frame = 0;

  constructor(ground: HTMLCanvasElement, live: HTMLCanvasElement) {
    this.#ground = new SharpCanvas(ground, () => this.#drawGround());
    this.#live = new SharpCanvas(live, () => this.#drawLive());
    live.addEventListener('pointermove', (event) => this.#hover(event));
    live.addEventListener('pointerleave', () => this.onHover(undefined, 0, 0));
    live.addEventListener('click', (event) => {
      const quake = this.#at(event);
      if (quake !== undefined) this.onSelect(quake);
    });
  }

  /** Called with the quake under the pointer, or undefined. */
  onHover: (quake: Quake | undefined, x: number, y: number) => void = () => {};
  /** Called with the quake that was clicked. */
  onSelect: (quake: Quake) => void = () => {};

  /** Loads the coastlines. */
  async load(url: string): Promise<void> {
    const topology = (await (await fetch(url)).json()) as Topology;
    this.#land = toLand(topology);
    this.#ground.redraw();
  }

  add(quake: Quake, animate: boolean): void {
    const dot: Dot = { quake, x: 0, y: 0 };
    this.#place(dot);
    this.#dots.push(dot);
    if (this.#ground.width > 0) this.#drawDot(dot);
    if (animate)
      this.#pulse(
        dot.x,
        dot.y,
        magnitudeRadius(quake.magnitude, this.#scale),
        this.#colorOf(quake),
        quake.magnitude >= 4.5 ? 2600 : 1400,
      );
  }

  addAlert(alert: Alert, animate: boolean): void {
    this.#alerts.push(alert);
    const [x, y] = this.#projection([alert.longitude, alert.latitude]) ?? [0, 0];
    if (animate) this.#pulse(x, y, 26 * this.#scale, cssColor('--alert'), 4000);
    this.#drawLive();
  }

  clear(): void {
    this.#dots.length = 0;
    this.#alerts.length = 0;
    this.#pulses = [];
    this.#ground.redraw();
    this.#live.redraw();
  }

  #place(dot: Dot): void {
    [dot.x, dot.y] = this.#projection([dot.quake.longitude, dot.quake.latitude]) ?? [0, 0];
  }

  #colorOf(quake: Quake): string {
    return this.#colors[magnitudeStep(quake.magnitude)] ?? 'gray';
  }

  #drawGround(): void {
    const { context, width, height } = this.#ground;
    this.#projection.fitExtent(
      [
        [6, 6],
        [width - 6, height - 6],
      ],
      { type: 'Sphere' },
    );
    this.#colors = [0, 1, 2, 3, 4].map((step) => cssColor(`--quake-${step}`));
    this.#scale = Math.min(1, Math.max(0.45, width / 900));
    const path = geoPath(this.#projection, context);
    this.#ground.clear();
    const shape = (object: GeoPermissibleObjects): void => {
      context.beginPath();
      path(object);
    };
    shape({ type: 'Sphere' });
    context.fillStyle = cssColor('--sea');
    context.fill();
    shape(geoGraticule10());
    context.strokeStyle = cssColor('--graticule');
    context.lineWidth = 0.5;
    context.stroke();
    if (this.#land !== undefined) {
      shape(this.#land);
      context.fillStyle = cssColor('--land');
      context.fill();
      context.strokeStyle = cssColor('--coast');
      context.lineWidth = 0.6;
      context.stroke();
    }
    for (const dot of this.#dots) {
      this.#place(dot);
      this.#drawDot(dot);
    }
    this.#drawLive();
  }

  #drawDot({ quake, x, y }: Dot): void {
    const { context } = this.#ground;
    const color = this.#colorOf(quake);
    context.beginPath();
    context.arc(x, y, magnitudeRadius(quake.magnitude, this.#scale), 0, 2 * Math.PI);
    context.globalAlpha = 0.34;
    context.fillStyle = color;
    context.fill();
    context.globalAlpha = 0.85;
    context.strokeStyle = color;
    context.lineWidth = quake.source === 'manual' ? 2 : 0.8;
    context.stroke();
    context.globalAlpha = 1;
  }

  #pulse(x: number, y: number, radius: number, color: string, lifeMs: number): void {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    this.#pulses.push({ x, y, radius, color, born: performance.now(), lifeMs });
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#animate());
  }

  #animate(): void {
    const now = performance.now();
    this.#pulses = this.#pulses.filter((pulse) => now - pulse.born < pulse.lifeMs);
    this.#drawLive();
    this.#frame = this.#pulses.length === 0 ? 0 : requestAnimationFrame(() => this.#animate());
  }

  #drawLive(): void {
    const { context } = this.#live;
    this.#live.clear();
    const now = performance.now();
    for (const { x, y, radius, color, born, lifeMs } of this.#pulses) {
      const age = Math.min(1, Math.max(0, (now - born) / lifeMs));
      context.beginPath();
      context.arc(x, y, radius + (radius * 1.6 + 14) * (1 - (1 - age) ** 3), 0, 2 * Math.PI);
      context.globalAlpha = 1 - age;
      context.strokeStyle = color;
      context.lineWidth = 2 * (1 - age) + 0.5;
      context.stroke();
    }
    context.globalAlpha = 1;
    context.strokeStyle = cssColor('--alert');
    context.lineWidth = 1.5;
    for (const alert of this.#alerts) {
      if (alert.kind !== 'swarm') continue;
      const [x, y] = this.#projection([alert.longitude, alert.latitude]) ?? [0, 0];
      context.setLineDash([4, 3]);
      context.beginPath();
      context.arc(x, y, 15 * this.#scale, 0, 2 * Math.PI);
      context.stroke();
    }
    context.setLineDash([]);
  }

  #at(event: MouseEvent): Quake | undefined {
    const box = this.#live.element.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    let best: Quake | undefined;
    let bestDistance = Infinity;
    for (const dot of this.#dots) {
      const distance = Math.hypot(dot.x - x, dot.y - y) - magnitudeRadius(dot.quake.magnitude, this.#scale);
      if (distance < 6 && distance < bestDistance) {
        best = dot.quake;
        bestDistance = distance;
      }
    }
    return best;
  }

  #hover(event: PointerEvent): void {
    const quake = this.#at(event);
    this.#live.element.style.cursor = quake === undefined ? '' : 'pointer';
    this.onHover(quake, event.clientX, event.clientY);
  }
}
