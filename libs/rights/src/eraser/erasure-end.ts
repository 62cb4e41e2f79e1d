import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { allocatedId, type Clock, type Scope } from '#kernel';
import { CLOCK, KEY_STORE } from '#runtime';
import type { KeyStore } from '#subject-keys';
import { Purgers } from '../application/purgers.js';
import { CompleteErasureCommand } from '../application/rights.commands.js';
import { RightsFactsReader, type RightsFacts } from '../application/rights-facts.js';
import { systemContext } from '../application/system-context.js';
import { isErasedPhysically, isUnreadable, type Destruction } from '../domain/destructions.js';
import { isNotificationGone } from '../domain/physical-end.js';
import { destructionOf } from '../domain/rights-state.js';
import { StreamClosing, type StreamToClose } from './stream-closing.js';

/**
 * How far an erasure has come: `readable` its keys are not all destroyed; `closing` the audit copy does not hold all of
 * its streams yet; `closed` it waits for a purge, or for what notifies recipients; `completed`.
 */
export type EndReached = 'readable' | 'closing' | 'closed' | 'completed';

/**
 * Carries an erasure from `unreadable` to its end, of a person's scopes and of one value alike: every stream whose key
 * died is closed; when the purges have proven all of them gone, the erasure is completed. Each step may be repeated.
 */
@Injectable()
export class ErasureEnd {
  constructor(
    private readonly bus: CommandBus,
    private readonly facts: RightsFactsReader,
    private readonly purgers: Purgers,
    private readonly closing: StreamClosing,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** {@link advance} for everything of a person that is past its point of no return. */
  async advanceAll(subjectId: string): Promise<void> {
    const { state } = await this.facts.of(subjectId);
    for (const { erasureId, isCompleted } of state.destructions)
      if (!isCompleted) await this.advance(subjectId, erasureId);
  }

  /** Goes as far as it can, and says how far that is. */
  async advance(subjectId: string, erasureId: string): Promise<EndReached> {
    const { state } = await this.facts.of(subjectId);
    const destruction = destructionOf(state, erasureId);
    if (destruction === undefined || !isUnreadable(destruction)) return 'readable';
    if (destruction.isCompleted) return 'completed';
    let areClosed = true;
    for (const target of await this.toClose(subjectId, destruction)) {
      const known = destruction.streams.find(({ stream }) => stream === target.stream)?.closed;
      areClosed = (await this.closing.close(target, known)) && areClosed;
    }
    if (await this.complete(subjectId, erasureId)) return 'completed';
    return areClosed ? 'closed' : 'closing';
  }

  /** The streams that the fact of the point of no return names, and those of keys that were only found when they died. */
  private async toClose(subjectId: string, destruction: Destruction): Promise<readonly StreamToClose[]> {
    const { erasureId } = destruction;
    const { keys } = await this.keyStore.subjects.state(subjectId);
    const dead = keys.filter((key) => key.erasureId === erasureId);
    const purged = new Set(destruction.streams.filter((one) => one.isPurged).map(({ stream }) => stream));
    const all = new Map([...dead, ...destruction.streams].map((one) => [one.stream, one]));
    return [...all.values()]
      .filter(({ stream }) => !purged.has(stream))
      .map(({ stream, scope, generation }) => ({
        ...{ erasureId, subjectId, stream, generation },
        scope: scope as Scope,
      }));
  }

  private async complete(subjectId: string, erasureId: string): Promise<boolean> {
    const facts = await this.facts.of(subjectId);
    const destruction = destructionOf(facts.state, erasureId);
    if (destruction === undefined || !isErasedPhysically(destruction)) return false;
    const purgers = this.purgers.all.map(({ name }) => name);
    const isAcknowledged = purgers.every((purger) => destruction.acknowledgedBy.includes(purger));
    if (!isAcknowledged || !(await this.isEverythingElseGone(subjectId, destruction, facts))) return false;
    const completed = { erasureId, subjectId, completedAt: this.clock.now() };
    const context = systemContext(allocatedId(erasureId, 'completed'), this.clock, erasureId);
    const data = { completed, purgers };
    await this.bus.execute(new CompleteErasureCommand({ type: 'CompleteErasure', data }, context));
    return true;
  }

  /** No key of it lives, none was found without its stream, and nothing is left that was kept to notify recipients. */
  private async isEverythingElseGone(
    subjectId: string,
    { erasureId, streams }: Destruction,
    { state }: RightsFacts,
  ): Promise<boolean> {
    const { keys } = await this.keyStore.subjects.state(subjectId);
    const known = new Set(streams.map(({ stream }) => stream));
    const areAllKnown = keys.every((key) => key.erasureId !== erasureId || known.has(key.stream));
    const notifies = keys.some((key) => key.scope === 'notification' && key.state !== 'shredded');
    return areAllKnown && !notifies && isNotificationGone(state);
  }
}
