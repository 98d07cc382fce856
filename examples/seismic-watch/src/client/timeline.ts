import type { Alert, Quake } from '../bones.ts';
import { cssColor, magnitudeRadius, magnitudeStep, SharpCanvas } from './canvas.ts';

const margin = { left: 34, right: 14, top: 12, bottom: 24 };
const dayMs = 24 * 60 * 60 * 1000;
const smallest = -1;
const largest = 7;
const dayName = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', timeZone: 'UTC' });

/** Magnitude over time: each quake a dot, each alert a mark on the upper edge, a line where the replay is. */
export class Timeline {
  readonly #canvas: SharpCanvas;
  readonly #quakes: Quake[] = [];
  readonly #alerts: Alert[] = [];
  #start = 0;
  #end = 1;
  #now = 0;
  #queued = false;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = new SharpCanvas(canvas, () => this.#draw());
  }

  range(start: number, end: number, now: number): void {
    this.#start = start;
    this.#end = Math.max(end, start + 1);
    this.#now = now;
    this.#queue();
  }

  add(quake: Quake): void {
    this.#quakes.push(quake);
    this.#queue();
  }

  addAlert(alert: Alert): void {
    this.#alerts.push(alert);
    this.#queue();
  }

  clear(): void {
    this.#quakes.length = 0;
    this.#alerts.length = 0;
    this.#queue();
  }

  #queue(): void {
    if (this.#queued) return;
    this.#queued = true;
    requestAnimationFrame(() => {
      this.#queued = false;
      this.#draw();
    });
  }

  #x(time: number): number {
    return (
      margin.left +
      ((time - this.#start) / (this.#end - this.#start)) * (this.#canvas.width - margin.left - margin.right)
    );
  }

  #y(magnitude: number): number {
    const share = (magnitude - smallest) / (largest - smallest);
    return this.#canvas.height - margin.bottom - share * (this.#canvas.height - margin.top - margin.bottom);
  }

  #draw(): void {
    const { context, width } = this.#canvas;
    if (width === 0) return;
    this.#canvas.clear();
    this.#axes();
    const colors = [0, 1, 2, 3, 4].map((step) => cssColor(`--quake-${step}`));
    context.globalAlpha = 0.6;
    for (const quake of this.#quakes) {
      context.fillStyle = colors[magnitudeStep(quake.magnitude)] ?? 'gray';
      context.beginPath();
      context.arc(
        this.#x(quake.time),
        this.#y(quake.magnitude),
        Math.max(1.4, magnitudeRadius(quake.magnitude) * 0.5),
        0,
        2 * Math.PI,
      );
      context.fill();
    }
    context.globalAlpha = 1;
    context.fillStyle = cssColor('--alert');
    for (const alert of this.#alerts) {
      const x = this.#x(alert.time);
      context.beginPath();
      context.moveTo(x - 5, 2);
      context.lineTo(x + 5, 2);
      context.lineTo(x, 10);
      context.fill();
    }
    const x = this.#x(this.#now);
    context.strokeStyle = cssColor('--playhead');
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(x, margin.top);
    context.lineTo(x, this.#canvas.height - margin.bottom);
    context.stroke();
  }

  #axes(): void {
    const { context, width, height } = this.#canvas;
    context.font = '11px system-ui, sans-serif';
    context.fillStyle = cssColor('--muted');
    context.strokeStyle = cssColor('--rule');
    context.lineWidth = 1;
    // The week runs from left to right whatever the direction of the text around.
    context.direction = 'ltr';
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (let magnitude = 0; magnitude <= 6; magnitude += 2) {
      const y = Math.round(this.#y(magnitude)) + 0.5;
      context.beginPath();
      context.moveTo(margin.left, y);
      context.lineTo(width - margin.right, y);
      context.stroke();
      context.fillText(`M ${magnitude}`, margin.left - 6, y);
    }
    context.textBaseline = 'alphabetic';
    context.textAlign = 'center';
    for (let day = Math.ceil(this.#start / dayMs) * dayMs; day < this.#end; day += dayMs) {
      const x = this.#x(day);
      if (x < margin.left + 20 || x > width - margin.right - 20) continue;
      context.fillText(dayName.format(day), x, height - 7);
    }
  }
}
