import type { Clock } from '@organism/cell';
import { type Journal, Muscle, MuscleCoordination, workflow } from '@organism/muscular';
import { type Alert, Escalation } from './bones.ts';

/** What the escalation works with. */
export interface EscalationParts {
  /** Tells where an escalation stands. */
  readonly tell: (escalation: Escalation) => void;
  /** No other process works on the journal. */
  readonly exclusive: boolean;
  /** Where runs are journalled; a closed app goes on from it. */
  readonly journal: Journal<unknown>;
  /** Milliseconds that the desk has to acknowledge an alert. */
  readonly waitMs: number;
  readonly needs: readonly string[];
  readonly clock?: Clock;
}

/** The escalation of alerts. */
export interface Escalations {
  readonly engine: MuscleCoordination;
  /** Begins the escalation of an alert, unless it has begun before. */
  begin(alert: Alert): Promise<void>;
  /** How the escalations of earlier alerts went, also those of an earlier life of the app. */
  known(): Promise<readonly Escalation[]>;
  /** Whether the journal knows an alert. */
  has(alert: string): Promise<boolean>;
  /** The desk has seen an alert. @throws {UnknownRunError} when there is no such alert. */
  acknowledge(alert: string): Promise<void>;
}

/**
 * Durable alert escalation: tell the desk, wait for its acknowledgement, escalate when none comes in time. One run per
 * alert, with the alert's id: a replay that raises it again does not begin it again, and an app that was killed goes on
 * where it was.
 */
export const makeEscalations = ({
  tell: report,
  journal,
  waitMs,
  needs,
  exclusive,
  clock,
}: EscalationParts): Escalations => {
  const tell = new Muscle<Escalation, null>({
    name: 'tell-desk',
    description: 'Tell the desk where the escalation of an alert stands',
    idempotent: true,
    run: (escalation) => {
      report(escalation);
      return null;
    },
  });
  const escalate = workflow({
    name: 'escalate-alert',
    run: async ({ alert, place }: { readonly alert: string; readonly place: string }, flow) => {
      const since = await flow.now();
      const state = { alert, place, since, until: since + waitMs };
      await flow.step('tell waiting', tell, { ...state, status: 'waiting' });
      const answer = await flow.waitFor('acknowledged', { timeoutMs: waitMs });
      const outcome: Escalation = { ...state, status: answer === undefined ? 'escalated' : 'acknowledged' };
      await flow.step('tell outcome', tell, outcome);
      return { ...outcome };
    },
  });
  const engine = new MuscleCoordination({
    name: 'escalation',
    needs,
    store: journal,
    workflows: [escalate],
    exclusive,
    ...(clock !== undefined && { clock }),
  });
  return {
    engine,
    begin: async ({ id, place }) => void (await engine.launch(escalate, { alert: id, place }, { id })),
    known: async () =>
      (await engine.list({ status: 'completed', limit: 1000 })).map(({ result }) => Escalation.parse(result)),
    has: async (alert) => (await engine.list({ limit: 1000 })).some(({ id }) => id === alert),
    acknowledge: async (alert) => await engine.signal(alert, 'acknowledged', null, { id: 'acknowledged' }),
  };
};
