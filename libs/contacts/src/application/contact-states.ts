import { Inject, Injectable } from '@nestjs/common';
import { categoryOf, type Position, type StreamName } from '#event-store';
import type { PastMoment } from '#http';
import { NIL_UUID, type Clock, type Instant } from '#kernel';
import { AuditCopy, CLOCK, type Ends } from '#runtime';
import { subjectStream } from '#subjects/contract';
import type { ContactFacts } from '../domain/contact-facts.js';
import type { DecidingFacts } from '../domain/deciding-facts.js';
import { effectiveAt } from '../domain/effective-at.js';
import { contactFactsOf } from '../read-model/contact-rows.js';
import { contactStateProjection } from '../read-model/contact-state.projection.js';
import { ContactStateQuery } from '../read-model/contact-state.query.js';
import { StandingQuery, type StandingRow } from '../read-model/standing.query.js';
import { CatchUpAtStart } from './catch-up-at-start.js';
import { inTurns } from './in-turns.js';
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

/** What stands about one person now. */
export interface StandingContact {
  readonly subjectId: string;
  readonly facts: DecidingFacts;
  /** An event of the person could not be read: nothing may rest on the facts. */
  readonly isParked: boolean;
}

/** What stands about several people now: at least what every command that was answered before has seen. */
export interface Standing {
  /** The database's clock when it was read. */
  readonly at: Instant;
  /** Up to where the read model had followed the ledger. */
  readonly position: Position | undefined;
  /** Where the streams end that were named: told by the same statement, or by the store at the same time. */
  readonly ends: Ends;
  /** In the order asked. */
  readonly people: readonly StandingContact[];
}

/** People asked for in one statement at most. */
export const MAX_STANDING = 500;
/** People whose streams are folded at the same time. */
const PARALLEL_FOLDS = 8;
/** Categories of the streams that the rows tell. */
const TOLD = streamsOfSubject(NIL_UUID).map(categoryOf);

/** The facts about one person, of today from the read model, of a past day by the same fold over the streams. */
@Injectable()
export class ContactStates {
  constructor(
    private readonly query: ContactStateQuery,
    private readonly history: SubjectHistory,
    private readonly copy: AuditCopy,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly rows: StandingQuery,
    private readonly catchUp: CatchUpAtStart,
  ) {}

  /**
   * What stands about people now, in one reading of the primary; of whom the rows tell less than an answered command
   * has seen, and of everybody until the rows have reached what the store held at the start, folded from the streams
   * (ADR 0018). What is incomplete even then counts as parked. At most
   * {@link MAX_STANDING} people, else `RangeError`. Throws `not-yet-consistent` while the tables are not there.
   */
  async standing(subjectIds: readonly string[], streams: readonly StreamName[] = []): Promise<Standing> {
    if (subjectIds.length > MAX_STANDING) throw new RangeError('Too many people in one question');
    const { people, ...told } = await this.rows.of(subjectIds, TOLD, streams);
    const areRowsBelieved = await this.catchUp.isDone(told.position);
    const doubted = areRowsBelieved ? people.filter(({ above }) => above.size > 0) : people;
    if (doubted.length === 0) return { ...told, people };
    const folded = await inTurns(doubted, PARALLEL_FOLDS, (one) => this.folded(one));
    const certain = new Map(folded.map((one) => [one.subjectId, one]));
    return { ...told, people: people.map((one) => certain.get(one.subjectId) ?? one) };
  }

  /** What is known of a person at a moment of the past, or (`undefined`) now. */
  async of(subjectId: string, moment: PastMoment | undefined): Promise<KnownContact> {
    if (moment === undefined) return this.now(subjectId);
    const [standing, linkedFrom] = await Promise.all([
      this.query.standingOf(subjectId),
      this.query.linkedFrom(subjectId),
    ]);
    const past = await this.past(subjectId, linkedFrom, moment);
    const isKnownNow = standing.isKnown || standing.isParked;
    return { isErasedNow: standing.isErased, isKnownNow, ...past, at: moment.at };
  }

  private async now(subjectId: string): Promise<KnownContact> {
    const [facts, isParked] = await Promise.all([
      this.query.factsOf(subjectId),
      this.query.isParked(subjectId),
    ]);
    const isKnownNow = facts.subject !== undefined || isParked;
    const isErasedNow = facts.subject?.isErased ?? false;
    return { isErasedNow, isKnownNow, facts, isParked, at: this.clock.now() };
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

  /** What the person's streams themselves say. */
  private async folded({ subjectId, isParked, above }: StandingRow): Promise<StandingContact> {
    const { events, isWhole } = await this.history.of(subjectId);
    const reached = new Map(events.map(({ stream, revision }) => [categoryOf(stream), Number(revision)]));
    const isReached = [...above].every(([category, floor]) => (reached.get(category) ?? -1) >= floor);
    return { subjectId, facts: factsFrom(events, subjectId), isParked: isParked || !isWhole || !isReached };
  }

  private async past(
    subjectId: string,
    linkedFrom: readonly string[],
    moment: PastMoment,
  ): Promise<Pick<KnownContact, 'facts' | 'isParked'>> {
    const { events, isWhole } = await this.events(subjectId, moment, linkedFrom);
    return { facts: factsFrom(events, subjectId), isParked: !isWhole };
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

function factsFrom(events: SubjectEvents['events'], subjectId: string): ContactFacts {
  const rowsOf = replayRows(contactStateProjection, events);
  return contactFactsOf((entity) => rowsOf(entity).filter((row) => row['subject_id'] === subjectId));
}
