import { type Anatomy, Cell, type CellOptions, type Edge, type ShapeReference, type StartScope } from '@organism/cell';
import type { Attachment, MessageTendon, TendonHost } from './contract.ts';
import { TendonError } from './errors.ts';

/** Options of {@link Tendons}. */
export interface TendonsOptions extends Pick<CellOptions, 'needs' | 'clock' | 'entropy'> {
  /** Default `tendons`. */
  readonly name?: string;
  readonly heart: TendonHost;
  readonly tendons: readonly MessageTendon[];
}

const referenceOf = ({ name, version }: ShapeReference): ShapeReference => ({
  name,
  ...(version !== undefined && { version }),
});

/**
 * Bindings of a broker as a cell: attached when it starts, drained when it stops, and drawn in the anatomy.
 *
 * @throws {TendonError} `CIRCULATORY_TENDON` for two bindings of one topic and group: each would get only a part.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Organism, toMermaid } from '@organism/cell';
 * import { Heart } from '@organism/circulatory';
 * import { onMessage, Tendons } from '@organism/circulatory/tendon';
 * import { Muscle } from '@organism/muscular';
 * import { typed } from '@organism/nervous';
 *
 * const heart = new Heart();
 * const record = new Muscle({ name: 'record', run: (magnitude: number) => void magnitude });
 * const tendons = new Tendons({ heart, tendons: [onMessage(typed<number>('quake.seen'), record)] });
 * const body = new Organism({ name: 'app', cells: [heart, tendons] });
 * assert.match(toMermaid(body.describe()), /-->\|"quake.seen"\|/);
 * ```
 */
export class Tendons extends Cell {
  readonly #heart: TendonHost;
  readonly #tendons: readonly MessageTendon[];
  readonly #attached = new Map<MessageTendon, Attachment>();

  constructor({ name = 'tendons', heart, tendons, needs = [], ...rest }: TendonsOptions) {
    super({ ...rest, name, needs: [heart, ...tendons.flatMap((tendon) => tendon.needs), ...needs] });
    this.#heart = heart;
    this.#tendons = tendons;
    const taken = new Map<string, string>();
    for (const { topic, group, target } of tendons) {
      const key = JSON.stringify([topic.name, group]);
      const other = taken.get(key);
      if (other !== undefined)
        throw new TendonError(target, topic.name, `"${other}" is in its group "${group}", and each would get a part`);
      taken.set(key, target);
    }
  }

  protected override async onStart({ defer }: StartScope): Promise<void> {
    for (const tendon of this.#tendons) {
      const attachment = await tendon.attach(this.#heart);
      this.#attached.set(tendon, attachment);
      defer(async () => {
        this.#attached.delete(tendon);
        await attachment[Symbol.asyncDispose]();
      });
    }
  }

  #edges(tendon: MessageTendon): readonly Edge[] {
    const { topic, target, result } = tendon;
    const counters = this.#attached.get(tendon)?.subscription.counters;
    const into = { from: this.#heart.name, to: target, label: topic.name, shape: referenceOf(topic) };
    const edges: Edge[] = [{ ...into, ...(counters !== undefined && { counters: { ...counters } }) }];
    if (result !== undefined)
      edges.push({ from: target, to: this.#heart.name, label: result.name, shape: referenceOf(result) });
    return edges;
  }

  protected override onDescribe(): Partial<Anatomy> {
    // One operation may have several topics.
    const children = new Map<string, Anatomy>();
    for (const tendon of this.#tendons) {
      const behind = tendon.anatomy();
      if (behind !== undefined) children.set(behind.name, behind);
    }
    return {
      ports: this.#tendons.map(({ topic }) => ({
        name: topic.name,
        direction: 'in',
        protocol: 'message',
        shape: referenceOf(topic),
      })),
      edges: this.#tendons.flatMap((tendon) => this.#edges(tendon)),
      children: [...children.values()],
    };
  }
}
