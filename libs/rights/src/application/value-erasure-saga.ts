import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { allocatedId, Rejection, type Clock, type Instant, type Scope } from '#kernel';
import { CLOCK, NextGeneration, type CommandContext, type EndingGeneration, type Survivor } from '#runtime';
import { survivorsAmong } from '../domain/contact-values.js';
import { endingsOf } from '../domain/destructions.js';
import { destructionOf } from '../domain/rights-state.js';
import { restrictionsAgainst, valueErasureOf, valuesThatGo } from '../domain/value-erasure-decisions.js';
import type { ValueErasure } from '../domain/value-erasures.js';
import { KeyDestruction } from './key-destruction.js';
import { PrepareSuppressionCommand } from './rights.commands.js';
import { Purgers } from './purgers.js';
import { RecipientNotification } from './recipient-notification.js';
import { RightsFactsReader, type RightsFacts } from './rights-facts.js';
import { SuppressionPreparation } from './suppression-preparation.js';
import { systemContext } from './system-context.js';
import { ValueClaims } from './value-claims.js';

/** What was sealed so long before the order and is named by nothing belongs to no command that may still end. */
const ABANDONED_AFTER_MS = 15 * 60_000;

interface Loaded {
  readonly facts: RightsFacts;
  readonly erasure: ValueErasure;
}

/**
 * Carries the erasure of single values to `unreadable`, step by step, from wherever it was left: the suppression list
 * first, what recipients need, then everything else of the scopes into the next generation, the point of no return, the older generations,
 * the purgers. Every step may be repeated; a crash between any two of them is taken up by the next run.
 */
@Injectable()
export class ValueErasureSaga {
  constructor(
    private readonly bus: CommandBus,
    private readonly facts: RightsFactsReader,
    private readonly suppression: SuppressionPreparation,
    private readonly next: NextGeneration,
    private readonly recipients: RecipientNotification,
    private readonly claims: ValueClaims,
    private readonly purgers: Purgers,
    private readonly destruction: KeyDestruction,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Advances every such erasure of the person that is not finished, in the order in which they were ordered. */
  async advanceAll(subjectId: string): Promise<void> {
    const { state } = await this.facts.of(subjectId);
    for (const { order } of state.valueErasures) {
      const acknowledged = destructionOf(state, order.erasureId)?.acknowledgedBy ?? [];
      if (!this.purgers.all.every(({ name }) => acknowledged.includes(name)))
        await this.advance(subjectId, order.erasureId);
    }
  }

  /** Advances one as far as it goes: to where nothing of it can be read, or to a restriction that stands in its way. */
  async advance(subjectId: string, erasureId: string): Promise<void> {
    if (!(await this.begin(subjectId, erasureId))) return;
    await this.destroyKeys(subjectId, erasureId);
    await this.purge(subjectId, erasureId);
  }

  /** Answers whether the point of no return is passed. */
  private async begin(subjectId: string, erasureId: string): Promise<boolean> {
    const { facts, erasure } = await this.load(subjectId, erasureId);
    if (destructionOf(facts.state, erasureId) !== undefined) return true;
    if (restrictionsAgainst(erasure, facts.state).length > 0) return false;
    if (!erasure.isSuppressionPrepared) await this.prepareSuppression(subjectId, { facts, erasure });
    await this.recipients.prepareValues(subjectId, erasureId);
    const ending = await this.takeOver(subjectId, { facts, erasure });
    return this.startKeyDestruction(subjectId, erasureId, ending);
  }

  private async prepareSuppression(subjectId: string, { facts, erasure }: Loaded): Promise<void> {
    const { erasureId, values } = erasure.order;
    const ends = new Set(values.map(({ eventId }) => eventId));
    const entries = await this.suppression.enterStandingNos(subjectId, erasureId, facts, ends);
    const data = { erasureId, subjectId, entries };
    const context = this.at(erasureId, 'suppression');
    await this.bus.execute(new PrepareSuppressionCommand({ type: 'PrepareSuppression', data }, context));
  }

  /** Everything else of the scopes is sealed again; answers the generations that may die. */
  private async takeOver(subjectId: string, { facts, erasure }: Loaded): Promise<EndingGeneration[]> {
    const { erasureId, values } = erasure.order;
    const abandonedBefore = before(orderedAt(facts, erasureId), ABANDONED_AFTER_MS);
    const ending: EndingGeneration[] = [];
    for (const scope of scopesOf(erasure)) {
      const goes = new Set(values.filter((value) => value.scope === scope).map(({ eventId }) => eventId));
      const parting = {
        ...{ subjectId, scope, goes, context: this.at(erasureId, `survivors ${scope}`) },
        // Read in each turn: what another erasure lets go meanwhile does not come back as a survivor of this one.
        survivors: async (sealed: readonly Survivor[]) => {
          const { state } = await this.facts.of(subjectId);
          const places = await this.claims.places(subjectId);
          return survivorsAmong(sealed, {
            gone: new Set([...valuesThatGo(state), ...goes]),
            referenced: new Set(places.map(({ value }) => value.eventId)),
            abandonedBefore,
          });
        },
      };
      ending.push(...(await this.next.takeOver(parting)));
    }
    return ending;
  }

  private async startKeyDestruction(
    subjectId: string,
    erasureId: string,
    ending: readonly EndingGeneration[],
  ): Promise<boolean> {
    const keys = ending.map(({ key: { kid, fp, scope, generation, stream } }) => ({
      ...{ kid, fp, scope: scope as Scope, generation, stream },
    }));
    const looked = ending.flatMap(({ key, revision }) =>
      revision === undefined ? [] : [{ stream: key.stream, revision: Number(revision) }],
    );
    const covers = [...(await this.destruction.covered(subjectId)), ...looked];
    const data = { erasureId, subjectId, keys, scopes: [], covers };
    return this.destruction.start(data);
  }

  /** From here the values open nowhere: of each scope the generations die that the point of no return names. */
  private async destroyKeys(subjectId: string, erasureId: string): Promise<void> {
    const { facts } = await this.load(subjectId, erasureId);
    const endings = endingsOf(destructionOf(facts.state, erasureId));
    await this.destruction.destroy({ subjectId, erasureId }, endings);
  }

  private async purge(subjectId: string, erasureId: string): Promise<void> {
    const { facts, erasure } = await this.load(subjectId, erasureId);
    const acknowledged = destructionOf(facts.state, erasureId)?.acknowledgedBy ?? [];
    const points = erasure.order.values.flatMap(({ contactPointId }) => contactPointId ?? []);
    await this.destruction.purge({ subjectId, erasureId }, acknowledged, (purger) =>
      purger.purgeValues(subjectId, points),
    );
  }

  private async load(subjectId: string, erasureId: string): Promise<Loaded> {
    const facts = await this.facts.of(subjectId);
    const erasure = valueErasureOf(facts.state, erasureId);
    if (erasure === undefined) throw new Rejection('erasure-unknown');
    return { facts, erasure };
  }

  private at(erasureId: string, step: string): CommandContext {
    return systemContext(allocatedId(erasureId, step), this.clock, erasureId);
  }
}

function scopesOf({ order }: ValueErasure): readonly Scope[] {
  return [...new Set(order.values.map(({ scope }) => scope))];
}

function orderedAt({ rights }: RightsFacts, erasureId: string): Instant {
  const ordered = rights.find(
    ({ type, data }) => type === 'ValueErasureOrdered' && data.erasureId === erasureId,
  );
  return ordered?.recordedAt ?? '';
}

function before(instant: Instant, ms: number): Instant {
  return new Date(Date.parse(instant) - ms).toISOString();
}
