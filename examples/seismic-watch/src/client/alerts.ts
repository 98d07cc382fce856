import type { Alert } from '../bones.ts';
import { textElement } from './dom.ts';
import { formatTime } from './format.ts';

/** The list of alerts, newest first. */
export class AlertList {
  readonly #list: HTMLElement;
  readonly #empty: HTMLElement;

  constructor(list: HTMLElement, empty: HTMLElement) {
    this.#list = list;
    this.#empty = empty;
  }

  add(alert: Alert, animate: boolean): void {
    const item = document.createElement('li');
    item.className = animate ? 'alert new' : 'alert';
    const header = document.createElement('header');
    const badge = textElement('skin-badge', alert.kind === 'swarm' ? 'Swarm' : 'Strong quake');
    badge.tone = alert.kind === 'swarm' ? 'warning' : 'danger';
    const time = textElement('time', formatTime(alert.time));
    time.dateTime = new Date(alert.time).toISOString();
    header.append(badge, time);
    item.append(header, textElement('strong', alert.place), textElement('p', alert.message));
    this.#list.prepend(item);
    this.#empty.hidden = true;
  }

  clear(): void {
    this.#list.replaceChildren();
    this.#empty.hidden = false;
  }
}
