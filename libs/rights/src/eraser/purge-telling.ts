import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { addDays, allocatedId, defined, parisDay, type Clock } from '#kernel';
import { CLOCK, StreamWriter } from '#runtime';
import { RecordStreamsPurgedCommand } from '../application/rights.commands.js';
import { RightsFactsReader } from '../application/rights-facts.js';
import { systemContext } from '../application/system-context.js';
import { MAX_PURGED_STREAMS, purgeStream, type PurgeEvent } from '../contract.js';
import { destructionOf } from '../domain/rights-state.js';
import { ErasureEnd } from './erasure-end.js';
import { ErasuresUnderWay } from './erasures-under-way.js';
import type { ProvenErasure, PurgeOutcome } from './purge-record.js';

/** Tells the ledger what a purge came to: the run itself, then each erasure that it proved. Repeated, it adds nothing. */
@Injectable()
export class PurgeTelling {
  constructor(
    private readonly bus: CommandBus,
    private readonly writer: StreamWriter,
    private readonly facts: RightsFactsReader,
    private readonly end: ErasureEnd,
    private readonly underWay: ErasuresUnderWay,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async tell(
    runId: string,
    { recorded, proven }: PurgeOutcome,
    backupDays: number | undefined,
  ): Promise<void> {
    const context = systemContext(allocatedId(runId, 'recorded'), this.clock, runId);
    const step = { stream: purgeStream(runId), context, number: 0, subjects: [], isNo: true };
    await this.writer.record<PurgeEvent>(step, () => [{ type: 'PurgeRunRecorded', data: recorded }]);
    for (const erasure of proven) {
      await this.tellPurged(erasure, recorded, backupDays);
      const reached = await this.end.advance(erasure.subjectId, erasure.erasureId);
      if (reached === 'completed') this.underWay.finished(erasure.erasureId);
    }
  }

  private async tellPurged(
    { subjectId, erasureId, streams: found }: ProvenErasure,
    { runId, technique, endedAt }: PurgeOutcome['recorded'],
    backupDays: number | undefined,
  ): Promise<void> {
    if (technique === undefined) return;
    const { state } = await this.facts.of(subjectId);
    const known = destructionOf(state, erasureId)?.streams ?? [];
    const gone = new Set(known.filter(({ isPurged }) => isPurged).map(({ stream }) => stream));
    const streams = found.filter((stream) => !gone.has(stream));
    for (let start = 0; start < streams.length; start += MAX_PURGED_STREAMS) {
      const part = streams.slice(start, start + MAX_PURGED_STREAMS);
      const data = defined({
        ...{ erasureId, subjectId, streams: part, purgeRunId: runId, technique, provenAt: endedAt },
        backupsDeadBy: backupDays === undefined ? undefined : addDays(parisDay(endedAt), backupDays),
      });
      const context = systemContext(
        allocatedId(erasureId, `purged ${runId} ${part[0] ?? ''}`),
        this.clock,
        erasureId,
      );
      await this.bus.execute(new RecordStreamsPurgedCommand({ type: 'RecordStreamsPurged', data }, context));
    }
  }
}
