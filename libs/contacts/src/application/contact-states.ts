import { Inject, Injectable } from '@nestjs/common';
import type { PastMoment } from '#http';
import type { Clock, Instant } from '#kernel';
import { AuditCopy, CLOCK } from '#runtime';
import { subjectStream } from '#subjects/contract';
import type { ContactFacts } from '../domain/contact-facts.js';
import { effectiveAt } from '../domain/effective-at.js';
import { contactFactsOf } from '../read-model/contact-rows.js';
import { contactStateProjection } from '../read-model/contact-state.projection.js';
import { ContactStateQuery } from '../read-model/contact-state.query.js';
import { replayRows } from './row-store.js';
import { streamsOfSubject, SubjectHistory, type Revisions, type SubjectEvents } from './subject-history.js';

/** What was known of a person, and of which instant. */
export interface KnownContact {
  readonly facts: ContactFacts;
  readonly at: Instant;
  /** An event could not be read: what is told is incomplete. */
  readonly isParked: boolean;
  /** The person is erased by now, whatever the facts of a past day say. */
  readonly isErasedNow: boolean;
  /** Something is known of the person by now. */
  readonly isKnownNow: boolean;
}

/** The facts about one person, of today from the read model, of a past day by the same fold over the streams. */
@Injectable()
export class ContactStates {
  constructor(
    private readonly query: ContactStateQuery,
    private readonly history: SubjectHistory,
    private readonly copy: AuditCopy,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** What is known of a person at a moment of the past, or (`undefined`) now. */
  async of(subjectId: string, moment: PastMoment | undefined): Promise<KnownContact> {
    const [facts, isParked] = await Promise.all([
      this.query.factsOf(subjectId),
      this.query.isParked(subjectId),
    ]);
    const now = {
      isErasedNow: facts.subject?.isErased ?? false,
      isKnownNow: facts.subject !== undefined || isParked,
    };
    if (moment === undefined) return { ...now, facts, isParked, at: this.clock.now() };
    const linkedFrom = facts.links.filter(({ direction }) => direction === 'from');
    const past = await this.past(
      subjectId,
      [...new Set(linkedFrom.map(({ otherSubjectId }) => otherSubjectId))],
      moment,
    );
    return { ...now, ...past, at: moment.at };
  }

  /**
   * A person's own streams as they were known at a moment, with what counted by then; (`undefined`) as they are now.
   */
  async events(
    subjectId: string,
    moment: PastMoment | undefined,
    linkedFrom: readonly string[] = [],
  ): Promise<SubjectEvents> {
    const upTo = moment?.known && (await this.revisionsKnown(subjectId, linkedFrom, moment.known.index));
    const history = await this.history.of(subjectId, linkedFrom, upTo);
    if (moment === undefined) return history;
    return { ...history, events: history.events.filter((event) => effectiveAt(event) <= moment.at) };
  }

  private async past(
    subjectId: string,
    linkedFrom: readonly string[],
    moment: PastMoment,
  ): Promise<Pick<KnownContact, 'facts' | 'isParked'>> {
    const { events, isWhole } = await this.events(subjectId, moment, linkedFrom);
    const rowsOf = replayRows(contactStateProjection, events);
    const mine = contactFactsOf((entity) => rowsOf(entity).filter((row) => row['subject_id'] === subjectId));
    return { facts: mine, isParked: !isWhole };
  }

  private async revisionsKnown(
    subjectId: string,
    linkedFrom: readonly string[],
    index: bigint | undefined,
  ): Promise<Revisions> {
    if (index === undefined) return new Map();
    const streams = [...streamsOfSubject(subjectId), ...linkedFrom.map(subjectStream)];
    return this.copy.revisionsAt(streams, index);
  }
}
