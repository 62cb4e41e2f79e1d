import { Controller, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ActorOf, entityTag, LedgerGet, MinToken, PastMoments, Problem, UuidParam, type Caller } from '#http';
import { CHECKPOINTS, Tokens, type CheckpointReader } from '#runtime';
import { subjectStream } from '#subjects/contract';
import { ContactStates } from '../application/contact-states.js';
import { ContactStateDto } from './contact-state.dto.js';
import { contactStateView } from './contact-state.view.js';
import { assertMayReadErased } from './erased.js';
import { PastQuery } from './past.query.js';

/** What the ledger can say about a contact, now or on a past day. */
@Controller('v1/subjects')
export class ContactStateController {
  constructor(
    private readonly states: ContactStates,
    private readonly moments: PastMoments,
    private readonly tokens: Tokens,
    @Inject(CHECKPOINTS) private readonly checkpoints: CheckpointReader,
  ) {}

  @LedgerGet(':subjectId', {
    scope: 'subjects:read',
    summary: 'State of a contact, without personal values; `at` and `knownAs` ask about the past',
    answer: ContactStateDto,
  })
  async state(
    @UuidParam('subjectId') subjectId: string,
    @Query() query: PastQuery,
    @ActorOf() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
    @MinToken('contact-state') _: string | undefined,
  ): Promise<ContactStateDto> {
    const moment = await this.moments.resolve(query);
    // Before the rows: they are at least as new as the token says.
    const token = moment === undefined ? await this.tokenOf(subjectId) : undefined;
    const contact = await this.states.of(subjectId, moment);
    if (!contact.isKnownNow) throw new Problem('not-found');
    assertMayReadErased(caller, contact.isErasedNow);
    const revision = contact.facts.subject?.revisions.subject ?? null;
    if (moment === undefined && revision !== null) void reply.header('etag', entityTag(revision));
    const view = contactStateView(subjectId, contact, moment);
    return token === undefined ? view : { ...view, token };
  }

  private async tokenOf(subjectId: string): Promise<string | undefined> {
    const position = await this.checkpoints.position('contact-state');
    const stream = subjectStream(subjectId);
    return position && this.tokens.ofOutcome({ stream, revision: undefined, events: [], position });
  }
}
