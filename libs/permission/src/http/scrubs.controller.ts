import type { Readable } from 'node:stream';
import { Readable as NodeReadable } from 'node:stream';
import { Controller, Query, Req, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  ActorOf,
  Ctx,
  LedgerAsk,
  LedgerGet,
  Problem,
  UuidParam,
  type Caller,
  type LedgerRequest,
} from '#http';
import { defined } from '#kernel';
import { LedgerReader, type CommandContext } from '#runtime';
import { scrubStream, type ScrubRecorded } from '#solicitation/contract';
import { MAX_ROWS, Scrubs, type ScrubWanted } from '../application/scrub/scrubs.js';
import { ScrubDto, ScrubQuery } from './scrub.dto.js';

/** A connection on which nothing moves any more is given up, in milliseconds. */
const STALL_MS = 120_000;

/** Campaign files: every row is asked about, and one act says that it was. */
@Controller('v1')
export class ScrubsController {
  constructor(
    private readonly scrubs: Scrubs,
    private readonly reader: LedgerReader,
  ) {}

  @LedgerAsk('permissions/scrub', {
    scope: 'permissions:record',
    summary: 'A campaign file, with an answer of the gate added to each row',
    description: `CSV in, CSV out, row by row in the same order; at most ${MAX_ROWS.toLocaleString('en')} rows, of which few are held at a time: read the answer while you send. A column \`subjectId\`, \`email\` or \`phone\` says whom a row is about. Added: \`permitted\`, \`reasons\`, \`validUntil\`, \`policyVersion\`, \`problem\`. The headers \`Greffe-Scrub-Id\` and \`Greffe-Scrub-Salt\` come first; the salt is kept nowhere. One act is recorded at the end; a connection that is cut has recorded nothing.`,
    accepts: ['text/csv'],
    csv: 'prenom;email\r\nCamille;camille.martin@courrier.example\r\n',
  })
  async scrub(
    @Query() query: ScrubQuery,
    @Req() request: LedgerRequest,
    @ActorOf() caller: Caller,
    @Ctx() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const source = request.body as Readable | undefined;
    if (source === undefined) throw new Problem('unsupported-media-type');
    const { scrubId, salt, output } = await this.scrubs.start(source, wantedOf(query, caller), context);
    void reply.headers({
      ...{ 'greffe-scrub-id': scrubId, 'greffe-scrub-salt': salt },
      'content-type': typeOf(request.headers['content-type']),
    });
    reply.raw.setTimeout(STALL_MS, () => reply.raw.destroy());
    return new StreamableFile(NodeReadable.from(output, { objectMode: false }), {
      type: typeOf(request.headers['content-type']),
    });
  }

  @LedgerGet('scrubs/:scrubId', {
    scope: 'permissions:check',
    summary: 'What a scrub has left in the ledger: its counts and the root that commits to every row',
    answer: ScrubDto,
  })
  async read(@UuidParam('scrubId') scrubId: string): Promise<ScrubDto> {
    const [recorded] = await this.reader.history(scrubStream(scrubId));
    if (recorded === undefined) throw new Problem('not-found');
    const { data } = recorded as typeof recorded & ScrubRecorded;
    return { ...data, recordedAt: recorded.recordedAt, eventId: recorded.id };
  }
}

function wantedOf(query: ScrubQuery, { roles }: Caller): ScrubWanted {
  const { purposeId, channel, controllerId, at, messageNature, ...message } = query;
  return {
    question: {
      ...defined({ purposeId, channel, controllerId }),
      message: defined({ ...message, nature: messageNature }),
    },
    ...defined({ at }),
    mayReadErased: roles.some((role) => role === 'auditor' || role === 'dpo'),
  };
}

/** The answer is in the encoding of the file, whatever that is. */
function typeOf(sent: string | undefined): string {
  const charset = /;\s*charset=("?)([\w-]{1,40})\1/i.exec(sent ?? '')?.[2];
  return charset === undefined ? 'text/csv; header=present' : `text/csv; charset=${charset}; header=present`;
}
