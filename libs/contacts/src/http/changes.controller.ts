import { Controller, Inject, Query, Req } from '@nestjs/common';
import { decodeCursor, encodeCursor, invalidRequest, LedgerGet, type LedgerRequest } from '#http';
import { LEDGER, TokenOfAnotherStore, type Ledger } from '#runtime';
import { ChangeFeed, type FeedEntry } from '../application/change-feed.js';
import { ChangesDto, ChangesQueryDto, type ChangeDto } from './changes.dto.js';

/** Everything that happens in the ledger, in order, for programs that follow it. */
@Controller('v1/changes')
export class ChangesController {
  constructor(
    private readonly feed: ChangeFeed,
    @Inject(LEDGER) private readonly ledger: Ledger,
  ) {}

  @LedgerGet('', {
    scope: 'changes:read',
    summary: 'The ordered change feed, without personal values',
    description:
      'Changes come in the one order of the ledger. Whoever keeps `next` and asks on from there gets every change ' +
      'exactly once: nothing is ever inserted before it, reordered or taken back. A page may hold fewer changes than ' +
      '`limit`, even none; `upToDate` says whether more are there already. `wait` holds the request until a change comes.',
    answer: ChangesDto,
    otherAnswers: { 409: { description: '`after` belongs to another ledger.' } },
  })
  async changes(
    @Query() { after, types, limit, wait }: ChangesQueryDto,
    @Req() request: LedgerRequest,
  ): Promise<ChangesDto> {
    const start = after === 'now' ? await this.feed.end() : this.indexOf(after);
    const wanted = { after: start, limit, ...(types === undefined ? {} : { types }) };
    // Who hung up waits for nothing, and a server that ends must not wait for its listeners.
    const isOver = (): boolean => request.raw.socket.destroyed || !request.server.server.listening;
    const { entries, last, isAtEnd } = await this.feed.next(wanted, wait * 1000, isOver);
    return {
      items: entries.map((entry) => this.view(entry)),
      next: this.cursorAfter(last),
      upToDate: isAtEnd,
    };
  }

  /** Throws `invalid-request` for what is no cursor, `token-of-another-store` for one of another history. */
  private indexOf(after: string | undefined): bigint {
    if (after === undefined) return -1n;
    const [generation, index] = decoded(after);
    if (generation !== this.ledger.identity().generation) {
      throw new TokenOfAnotherStore(
        'The cursor belongs to another ledger or to an older generation of its store',
      );
    }
    return index;
  }

  private cursorAfter(index: bigint): string {
    return encodeCursor([this.ledger.identity().generation, Number(index)]);
  }

  private view({ index, eventId, type, stream, revision, event }: FeedEntry): ChangeDto {
    const common = { cursor: this.cursorAfter(index), index: Number(index), eventId, type, stream, revision };
    if (event === undefined) return { ...common, unreadable: true };
    const { schema, ts, actor, sub } = event.meta;
    return {
      ...common,
      unreadable: false,
      schema,
      recordedAt: ts,
      actor: { kind: actor.k, ref: actor.ref },
      subjectIds: sub,
      data: event.data,
    };
  }
}

function decoded(after: string): readonly [string, bigint] {
  const [generation, index] = cursorParts(after);
  const isIndex = Number.isSafeInteger(index) && index >= -1;
  if (!isIndex) throw notACursor();
  return [generation, BigInt(index)];
}

function cursorParts(after: string): readonly [string, number] {
  try {
    return decodeCursor(after, ['string', 'number']) ?? ['', -2];
  } catch {
    throw notACursor();
  }
}

function notACursor() {
  return invalidRequest([{ pointer: '?after', code: 'not-a-cursor' }]);
}
