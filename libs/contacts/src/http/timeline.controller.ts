import { Controller, Query } from '@nestjs/common';
import {
  ActorOf,
  decodeCursor,
  Lang,
  LedgerGet,
  MinToken,
  page,
  Problem,
  UuidParam,
  type Caller,
  type UiLanguage,
} from '#http';
import type { Position } from '#event-store';
import { Tokens } from '#runtime';
import { PurposeNames } from '../application/purpose-names.js';
import { ContactStateQuery } from '../read-model/contact-state.query.js';
import { TimelineQuery, type TimelineEntry } from '../read-model/timeline.query.js';
import { assertMayReadErased } from './erased.js';
import { TimelineDto, TimelineQueryDto } from './timeline.dto.js';
import { timelineEntryView } from './timeline.view.js';

/** What happened to a person, in sentences. */
@Controller('v1/subjects/:subjectId')
export class TimelineController {
  constructor(
    private readonly timeline: TimelineQuery,
    private readonly contacts: ContactStateQuery,
    private readonly names: PurposeNames,
    private readonly tokens: Tokens,
  ) {}

  @LedgerGet('timeline', {
    scope: 'timeline:read',
    summary: 'Audit timeline: every act about the person in a sentence, with who, both times and evidence',
    answer: TimelineDto,
  })
  async read(
    @UuidParam('subjectId') subjectId: string,
    @Query() { order, limit, cursor }: TimelineQueryDto,
    @ActorOf() caller: Caller,
    @Lang() language: UiLanguage,
    @MinToken('timeline', 'replica') _: string | undefined,
  ): Promise<TimelineDto> {
    const [after] = decodeCursor(cursor, ['string']) ?? [];
    const [{ entries, hasMore }, standing, isParked] = await Promise.all([
      this.timeline.page(subjectId, { order, limit, after }),
      this.contacts.standingOf(subjectId),
      this.timeline.isParked(subjectId),
    ]);
    const isParkedAnywhere = isParked || standing.isParked;
    if (entries.length === 0 && cursor === undefined && !standing.isKnown && !isParkedAnywhere) {
      throw new Problem('not-found');
    }
    assertMayReadErased(caller, standing.isErased);
    const namesOf = await this.names.of(entries);
    const items = entries.map((entry) =>
      timelineEntryView(entry, namesOf(entry), language, this.tokenOf(entry)),
    );
    const last = entries.at(-1);
    return {
      subjectId,
      erased: standing.isErased,
      parked: isParkedAnywhere,
      ...page(items, hasMore && last !== undefined ? [last.position] : undefined),
    };
  }

  private tokenOf({ stream, position }: TimelineEntry): string {
    return this.tokens.ofOutcome({ stream, revision: undefined, events: [], position: position as Position });
  }
}
