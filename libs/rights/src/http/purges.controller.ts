import { Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Ctx, LedgerGet, LedgerPost, Problem, UuidParam } from '#http';
import { allocatedId } from '#kernel';
import { LedgerReader, StreamWriter, Tokens, type CommandContext } from '#runtime';
import { purgeStream, type PurgeEvent } from '../contract.js';
import { AuditFacts, type PurgeFact } from '../eraser/audit-facts.js';
import { PurgeRecord } from '../eraser/purge-record.js';
import { purgeViews } from '../eraser/purge-view.js';
import { MAX_LISTED_RUNS, PurgeRequestedDto, PurgeRunDto, PurgeRunsDto } from './purges.dto.js';

/** Purges of the event store: they come by themselves, and at once when somebody asks. */
@Controller('v1/purges')
export class PurgesController {
  constructor(
    private readonly writer: StreamWriter,
    private readonly tokens: Tokens,
    private readonly reader: LedgerReader,
    private readonly facts: AuditFacts,
    private readonly record: PurgeRecord,
  ) {}

  @LedgerPost('', {
    scope: 'purges:request',
    summary: 'Remove physically, now, what is unreadable already',
    description:
      'A purge is due by itself within hours; this asks for one at once. The eraser takes it up within seconds; on a big store it runs for hours.',
    status: 202,
    answer: PurgeRequestedDto,
  })
  async request(@Ctx() context: CommandContext, @Res({ passthrough: true }) reply: FastifyReply) {
    const runId = allocatedId(context.commandId, 'purge');
    const step = { stream: purgeStream(runId), context, number: 0, subjects: [], isNo: false };
    const outcome = await this.writer.record<PurgeEvent>(step, () => [
      { type: 'PurgeRequested', data: { runId } },
    ]);
    void reply.header('Location', `/v1/purges/${runId}`);
    return { ...this.tokens.ack(outcome), runId };
  }

  @LedgerGet('', {
    scope: 'purges:read',
    summary: 'Purges and searches of the event store, newest first',
    answer: PurgeRunsDto,
  })
  async list() {
    const [facts, current] = await Promise.all([
      this.facts.purges(2 * MAX_LISTED_RUNS),
      this.record.current(),
    ]);
    return { items: purgeViews(facts, current).slice(0, MAX_LISTED_RUNS) };
  }

  @LedgerGet(':runId', {
    scope: 'purges:read',
    summary: 'How far a purge is, or what it came to on each node',
    answer: PurgeRunDto,
  })
  async one(@UuidParam('runId') runId: string) {
    const history = (await this.reader.history(purgeStream(runId))) as unknown as PurgeFact[];
    const current = await this.record.current();
    const [view] = purgeViews(history, current?.runId === runId ? current : undefined);
    if (view === undefined) throw new Problem('not-found');
    return view;
  }
}
