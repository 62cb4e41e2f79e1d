import { Injectable } from '@nestjs/common';
import { ErasureSaga } from '../application/erasure-saga.js';
import { RecipientNotification } from '../application/recipient-notification.js';
import { ValueErasureSaga } from '../application/value-erasure-saga.js';
import { RightsFactsReader } from '../application/rights-facts.js';
import { erasureOf } from '../domain/rights-state.js';
import { valueErasureOf } from '../domain/value-erasure-decisions.js';
import { ErasureEnd } from './erasure-end.js';
import { ErasuresUnderWay } from './erasures-under-way.js';
import { EraserTurn } from './eraser-turn.js';
import { PurgeRuns } from './purge-runs.js';
import { RetainedEnds } from './retained-ends.js';

/** An erasure that only waits for a purge is looked at again so many passes later. */
const PASSES_AT_REST = 60;

/** What the role eraser does again and again, beside following the log: whatever was left anywhere is taken up here. */
@Injectable()
export class Eraser {
  private readonly resting = new Map<string, number>();

  constructor(
    private readonly turn: EraserTurn,
    private readonly underWay: ErasuresUnderWay,
    private readonly facts: RightsFactsReader,
    private readonly saga: ErasureSaga,
    private readonly values: ValueErasureSaga,
    private readonly recipients: RecipientNotification,
    private readonly end: ErasureEnd,
    private readonly runs: PurgeRuns,
    private readonly ends: RetainedEnds,
  ) {}

  /**
   * Takes every erasure that is past its point of no return as far as it goes. One that fails does not keep the others
   * waiting: the first failure is thrown at the end. Answers how many it has looked at.
   */
  async advanceAll(signal: AbortSignal): Promise<number> {
    let advanced = 0;
    await this.turn.take('ends', signal, async (mine) => {
      await this.underWay.look(mine);
      const failures: unknown[] = [];
      for (const { subjectId, erasureId } of this.underWay.unfinished()) {
        mine.throwIfAborted();
        if (this.rests(erasureId)) continue;
        await this.advance(subjectId, erasureId).catch((error: unknown) => failures.push(error));
        advanced += 1;
      }
      if (failures.length > 0) throw failures[0];
    });
    return advanced;
  }

  /**
   * Carries out the purge that is due or asked for, if any; what can be closed by then is closed before it begins. Answers
   * how many steps of purges that took.
   */
  async purge(signal: AbortSignal): Promise<number> {
    let steps = 0;
    // One that fails is told by the work of its own, and keeps nothing else from being purged.
    await this.advanceAll(signal).catch(() => undefined);
    await this.turn.take('purge', signal, async (mine) => {
      while (await this.runs.pass(mine)) steps += 1;
    });
    return steps;
  }

  /** Orders the erasure of what was retained until today; answers how many erasures that are. */
  async endRetention(signal: AbortSignal): Promise<number> {
    let ordered = 0;
    await this.turn.take('retention', signal, async (mine) => {
      ordered = await this.ends.orderDue(mine);
    });
    return ordered;
  }

  private async advance(subjectId: string, erasureId: string): Promise<void> {
    const { state } = await this.facts.of(subjectId);
    if (erasureOf(state, erasureId) !== undefined) await this.saga.advance(subjectId, erasureId);
    if (valueErasureOf(state, erasureId) !== undefined) await this.values.advance(subjectId, erasureId);
    await this.recipients.settle(subjectId);
    const reached = await this.end.advance(subjectId, erasureId);
    if (reached === 'completed') this.underWay.finished(erasureId);
    if (reached === 'closed') this.resting.set(erasureId, PASSES_AT_REST);
  }

  private rests(erasureId: string): boolean {
    const left = this.resting.get(erasureId);
    if (left === undefined) return false;
    if (left > 1) this.resting.set(erasureId, left - 1);
    else this.resting.delete(erasureId);
    return true;
  }
}
