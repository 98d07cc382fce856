import type { Alert, Escalation } from '../bones.ts';
import { post } from './api.ts';
import { isolatedElement, textElement } from './dom.ts';
import { formatTime } from './format.ts';

const refreshMs = 1000;

/** What stands below an alert: where its escalation stands, and the button that ends it. */
class Standing {
  readonly element: HTMLElement = document.createElement('footer');
  #escalation: Escalation | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  show(escalation: Escalation): void {
    // What was heard over the stream is newer than the list that was read beside it.
    if (this.#escalation !== undefined && this.#escalation.status !== 'waiting') return;
    this.#escalation = escalation;
    clearInterval(this.#timer);
    if (escalation.status === 'waiting') this.#wait(escalation);
    else {
      const badge = textElement('skin-badge', escalation.status === 'acknowledged' ? 'Acknowledged' : 'Escalated');
      badge.tone = escalation.status === 'acknowledged' ? 'success' : 'danger';
      this.element.replaceChildren(badge);
    }
  }

  #wait({ alert, place, until }: Escalation): void {
    const button = textElement('skin-button', 'Acknowledge');
    button.size = 'small';
    button.label = `Acknowledge the alert for ${place}`;
    const left = textElement('span', '');
    const tick = (): void => {
      const seconds = Math.max(0, Math.round((until - Date.now()) / 1000));
      left.textContent = `escalates in ${seconds} s`;
    };
    button.addEventListener('click', async () => {
      button.loading = true;
      const answer = await post('/api/alerts/acknowledge', { alert });
      button.loading = false;
      if (!answer.ok) left.textContent = answer.problem.detail ?? answer.problem.title;
    });
    this.element.replaceChildren(button, left);
    tick();
    this.#timer = setInterval(tick, refreshMs);
  }

  end(): void {
    clearInterval(this.#timer);
  }
}

/** The list of alerts, newest first. */
export class AlertList {
  readonly #list: HTMLElement;
  readonly #empty: HTMLElement;
  readonly #standings = new Map<string, Standing>();

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
    const standing = new Standing();
    this.#standings.set(alert.id, standing);
    const [place, message] = [isolatedElement('strong', alert.place), isolatedElement('p', alert.message)];
    item.append(header, place, message, standing.element);
    this.#list.prepend(item);
    this.#empty.hidden = true;
  }

  /** Shows where the escalation of an alert stands. */
  escalate(escalation: Escalation): void {
    this.#standings.get(escalation.alert)?.show(escalation);
  }

  clear(): void {
    for (const standing of this.#standings.values()) standing.end();
    this.#standings.clear();
    this.#list.replaceChildren();
    this.#empty.hidden = false;
  }
}
