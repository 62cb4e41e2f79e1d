import { Controller, Query } from '@nestjs/common';
import { decodeCursor, invalidRequest, Lang, LedgerGet, MinToken, page, type UiLanguage } from '#http';
import type { Position } from '#event-store';
import { defined, toInstant } from '#kernel';
import { Tokens } from '#runtime';
import { actorWords } from '../domain/sentences/sentence-of.js';
import { AccessLogQuery, type Look, type LooksWanted } from '../read-model/access-log.query.js';
import { AccessLogDto, AccessLogQueryDto, type LookDto } from './access-log.dto.js';
import { known } from './contact-state.view.js';

/** Who looked up, saw or revealed whose data. */
@Controller('v1/access-log')
export class AccessLogController {
  constructor(
    private readonly log: AccessLogQuery,
    private readonly tokens: Tokens,
  ) {}

  @LedgerGet('', {
    scope: 'access-log:read',
    summary: 'Who looked at whose data, when and why; by person, by actor, by time',
    answer: AccessLogDto,
  })
  async read(
    @Query() { subjectId, actorId, from, to, limit, cursor }: AccessLogQueryDto,
    @Lang() language: UiLanguage,
    @MinToken('access-log', 'replica') _: string | undefined,
  ): Promise<AccessLogDto> {
    const wanted: LooksWanted = defined({ subjectId, actorId, from, to, limit, before: placeOf(cursor) });
    const [{ looks, hasMore }, parked] = await Promise.all([
      this.log.page(wanted),
      this.log.isParked(subjectId),
    ]);
    const last = looks.at(-1);
    const items = looks.map((look) => this.view(look, language));
    return { parked, ...page(items, hasMore && last ? [last.recordedAt, last.position] : undefined) };
  }

  private view(look: Look, language: UiLanguage): LookDto {
    const { actor, position, stream, ...rest } = look;
    const who = { kind: actor.k, ref: actor.ref, label: actorWords[actor.k][language] };
    const token = this.tokens.ofOutcome({
      stream,
      revision: undefined,
      events: [],
      position: position as Position,
    });
    return { ...known(rest), who, token };
  }
}

/** Where the page before ended. A cursor is the client's word: throws `invalid-request` if it names no instant. */
function placeOf(cursor: string | undefined): LooksWanted['before'] {
  const [recordedAt, position] = decodeCursor(cursor, ['string', 'string']) ?? [];
  if (recordedAt === undefined || position === undefined) return undefined;
  try {
    return { recordedAt: toInstant(recordedAt), position };
  } catch {
    throw invalidRequest([{ pointer: '?cursor', code: 'not-a-cursor' }]);
  }
}
