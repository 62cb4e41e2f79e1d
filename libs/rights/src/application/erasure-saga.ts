import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { allocatedId, Rejection, scopes as everyScope, type Clock, type Scope } from '#kernel';
import { CLOCK, KEY_STORE } from '#runtime';
import type { KeyStore } from '#subject-keys';
import { erasureOf, type Erasure } from '../domain/rights-state.js';
import { ArchivePreparation } from './archive-preparation.js';
import { KeyDestruction } from './key-destruction.js';
import { PrepareSuppressionCommand } from './rights.commands.js';
import { Purgers } from './purgers.js';
import { RecipientNotification } from './recipient-notification.js';
import { RightsFactsReader, type RightsFacts } from './rights-facts.js';
import { SuppressionPreparation } from './suppression-preparation.js';
import { systemContext } from './system-context.js';

/**
 * Carries an ordered erasure to `unreadable`, step by step, from wherever it was left: suppression entries and the
 * archive index while the address can still be read, the point of no return, the keys, the purgers. Every step may be
 * repeated; a crash between any two of them is taken up by the next run.
 */
@Injectable()
export class ErasureSaga {
  constructor(
    private readonly bus: CommandBus,
    private readonly facts: RightsFactsReader,
    private readonly suppression: SuppressionPreparation,
    private readonly archive: ArchivePreparation,
    private readonly recipients: RecipientNotification,
    private readonly purgers: Purgers,
    private readonly destruction: KeyDestruction,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Advances one erasure as far as it goes: to its end, or to a restriction that stands in its way. */
  async advance(subjectId: string, erasureId: string): Promise<void> {
    await this.prepareSuppression(subjectId, erasureId);
    await this.recipients.prepare(subjectId, erasureId);
    if (!(await this.startKeyDestruction(subjectId, erasureId))) return;
    await this.destroyKeys(subjectId, erasureId);
    await this.purge(subjectId, erasureId);
  }

  /** Advances whatever erasure of the person is not finished: after a restart, or when a restriction was lifted. */
  async advanceAll(subjectId: string): Promise<void> {
    const { state } = await this.facts.of(subjectId);
    for (const { order, progress, purgedBy } of state.erasures) {
      const isFinished = progress === 'unreadable' && purgedBy.length === this.purgers.all.length;
      if (!isFinished) await this.advance(subjectId, order.erasureId);
    }
  }

  /** First everything that needs the address: after the keys die nobody can read it. */
  private async prepareSuppression(subjectId: string, erasureId: string): Promise<void> {
    const { facts, erasure } = await this.load(subjectId, erasureId);
    if (erasure.progress !== 'ordered' || facts.state.restrictions.length > 0) return;
    const endsIdentity = erasure.order.scopes.includes('identity');
    const entries = endsIdentity ? await this.suppression.enterStandingNos(subjectId, erasureId, facts) : 0;
    const data = { erasureId, subjectId, entries };
    await this.bus.execute(
      new PrepareSuppressionCommand(
        { type: 'PrepareSuppression', data },
        systemContext(allocatedId(erasureId, 'suppression'), this.clock, erasureId),
      ),
    );
  }

  /** Answers whether the point of no return is passed; `false`: a restriction stands in the way. */
  private async startKeyDestruction(subjectId: string, erasureId: string): Promise<boolean> {
    const { facts, erasure } = await this.load(subjectId, erasureId);
    if (erasure.progress === 'ordered') return false;
    if (erasure.progress !== 'suppression-prepared') return true;
    // As late as can be: an erasure that waits leaves no entry of somebody whom the ordinary look-up finds.
    if (facts.state.restrictions.length > 0) return false;
    await this.archive.enterRetained(subjectId, erasure, facts.state);
    const { scopes } = erasure.order;
    const { keys } = await this.keyStore.subjects.state(subjectId);
    const data = {
      erasureId,
      subjectId,
      keys: keys
        .filter((key) => isScope(key.scope) && scopes.includes(key.scope) && key.state !== 'shredded')
        .map(({ kid, fp, scope, generation, stream }) => ({
          kid,
          fp,
          scope: scope as Scope,
          generation,
          stream,
        })),
      scopes,
      covers: await this.destruction.covered(subjectId),
    };
    return this.destruction.start(data);
  }

  private async destroyKeys(subjectId: string, erasureId: string): Promise<void> {
    const { erasure } = await this.load(subjectId, erasureId);
    if (erasure.progress !== 'destroying') return;
    await this.destruction.destroy({ subjectId, erasureId }, erasure.order.scopes);
  }

  private async purge(subjectId: string, erasureId: string): Promise<void> {
    const { erasure } = await this.load(subjectId, erasureId);
    await this.destruction.purge({ subjectId, erasureId }, erasure.purgedBy, (purger) =>
      purger.purge(subjectId, erasure.order.scopes),
    );
  }

  private async load(
    subjectId: string,
    erasureId: string,
  ): Promise<{ facts: RightsFacts; erasure: Erasure }> {
    const facts = await this.facts.of(subjectId);
    const erasure = erasureOf(facts.state, erasureId);
    if (erasure === undefined) throw new Rejection('erasure-unknown');
    return { facts, erasure };
  }
}

function isScope(scope: string): scope is Scope {
  return (everyScope as readonly string[]).includes(scope);
}
