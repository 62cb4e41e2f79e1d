import { Controller, Inject, Query } from '@nestjs/common';
import { decodeCursor, invalidRequest, LedgerGet, MinToken, page } from '#http';
import { defined, isUuid, toInstant, type Clock } from '#kernel';
import { CLOCK } from '#runtime';
import {
  InformationDuties,
  type DutiesWanted,
  type InformationDuty,
} from '../read-model/information.query.js';
import { known } from './contact-state.view.js';
import {
  InformationDuePageDto,
  InformationDueQueryDto,
  type InformationDueDto,
} from './information-due.dto.js';

/** Whom the organisation still owes information because their data came from somebody else (Art. 14). */
@Controller('v1/work-lists/information-due')
export class InformationDueController {
  constructor(
    private readonly duties: InformationDuties,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @LedgerGet('', {
    scope: 'subjects:read',
    summary:
      'People who must still be informed of the processing of their data (Art. 14), the most pressing first',
    description:
      'Due one month after the data were collected, and at the first message or call that reached the person at the latest. ' +
      'Whoever is informed (`notices-delivered`, article `art-14`) or erased leaves the list.',
    answer: InformationDuePageDto,
  })
  async read(
    @Query() { before, limit, cursor }: InformationDueQueryDto,
    @MinToken('information', 'replica') _: string | undefined,
  ): Promise<InformationDuePageDto> {
    const wanted = defined({ before, limit, after: placeOf(cursor) });
    const { duties, hasMore } = await this.duties.page(wanted);
    const now = this.clock.now();
    const items = duties.map((duty) => view(duty, now));
    const last = duties.at(-1);
    return page(items, hasMore && last ? [last.dueAt, last.subjectId] : undefined);
  }
}

function view({ sourceKind, ...duty }: InformationDuty, now: string): InformationDueDto {
  return { ...known({ ...duty, source: sourceKind }), overdue: duty.dueAt <= now };
}

/** Where the page before ended. A cursor is the client's word: throws `invalid-request` if it names no place. */
function placeOf(cursor: string | undefined): DutiesWanted['after'] {
  const [dueAt, subjectId] = decodeCursor(cursor, ['string', 'string']) ?? [];
  if (dueAt === undefined || subjectId === undefined) return undefined;
  try {
    if (isUuid(subjectId)) return { dueAt: toInstant(dueAt), subjectId };
  } catch {
    // Told below, like a cursor that names nobody.
  }
  throw invalidRequest([{ pointer: '?cursor', code: 'not-a-cursor' }]);
}
