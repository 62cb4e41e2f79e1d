import { Controller, Query } from '@nestjs/common';
import type { LedgerEvent } from '#event-store';
import {
  ActorOf,
  knownAsView,
  Lang,
  LedgerGet,
  MinToken,
  page,
  PastMoments,
  Problem,
  UuidParam,
  type Caller,
  type PastMoment,
  type UiLanguage,
} from '#http';
import { Tokens } from '#runtime';
import { ContactStates, type KnownContact } from '../application/contact-states.js';
import { PurposeNames } from '../application/purpose-names.js';
import { actsOf, bearsOn } from '../domain/consent-history.js';
import { consentStanding } from '../domain/consent-standing.js';
import type { GivenConsent } from '../domain/contact-facts.js';
import { happenedAt } from '../domain/effective-at.js';
import type { TimelineEvent } from '../domain/timeline-event.js';
import type { TimelineEntry } from '../read-model/timeline.query.js';
import { ConsentDetailDto, ConsentsDto, ConsentsQueryDto, type ConsentSummaryDto } from './consents.dto.js';
import { known } from './contact-state.view.js';
import { assertMayReadErased } from './erased.js';
import { newestFirst } from './newest-first.js';
import { PastQuery } from './past.query.js';
import { timelineEntryView } from './timeline.view.js';

/** Consents of one person with their proof, and what has become of each. */
@Controller('v1/subjects/:subjectId/consents')
export class ConsentsController {
  constructor(
    private readonly states: ContactStates,
    private readonly moments: PastMoments,
    private readonly names: PurposeNames,
    private readonly tokens: Tokens,
  ) {}

  @LedgerGet('', {
    scope: 'consents:read',
    summary: 'Every consent of a person, newest first, and what has become of it',
    answer: ConsentsDto,
  })
  async list(
    @UuidParam('subjectId') subjectId: string,
    @Query() { limit, cursor, ...past }: ConsentsQueryDto,
    @ActorOf() caller: Caller,
    @MinToken('contact-state') _: string | undefined,
  ): Promise<ConsentsDto> {
    const moment = await this.moments.resolve(past);
    const contact = await this.contactOf(subjectId, moment, caller);
    const { shown, next } = newestFirst(contact.facts.consents, placeOf, { limit, cursor });
    const items = shown.map((consent) => summaryOf(consent, contact));
    return { ...judged(subjectId, contact, moment), ...page(items, next) };
  }

  @LedgerGet(':consentId', {
    scope: 'consents:read',
    summary: 'A consent with its whole proof, its grade, and every act that bears on it',
    answer: ConsentDetailDto,
  })
  async one(
    @UuidParam('subjectId') subjectId: string,
    @UuidParam('consentId') consentId: string,
    @Query() query: PastQuery,
    @ActorOf() caller: Caller,
    @Lang() language: UiLanguage,
    @MinToken('contact-state') _: string | undefined,
  ) {
    const moment = await this.moments.resolve(query);
    const contact = await this.contactOf(subjectId, moment, caller);
    const consent = contact.facts.consents.find((one) => one.consentId === consentId);
    if (consent === undefined) throw new Problem('not-found');
    const { events } = await this.states.events(subjectId, moment);
    const given = events.find((event) => event.id === consent.eventId);
    if (given?.type !== 'ConsentGiven') throw new Problem('not-yet-consistent');
    const entries = events.map(entryOf);
    const { data } = entryOf(given) as Extract<TimelineEvent, { type: 'ConsentGiven' }>;
    const acts = actsOf(data, entries);
    const bearing = entries.filter((entry) => bearsOn(data, entry, acts));
    const namesOf = await this.names.of(bearing);
    return {
      ...judged(subjectId, contact, moment),
      consent: { ...data, ...summaryOf(consent, contact), ...servedWith(acts, entries) },
      history: bearing.map((entry) =>
        timelineEntryView(entry, namesOf(entry), language, this.tokens.ofOutcome(placed(entry))),
      ),
    };
  }

  private async contactOf(subjectId: string, moment: PastMoment | undefined, caller: Caller) {
    const contact = await this.states.of(subjectId, moment);
    if (!contact.isKnownNow) throw new Problem('not-found');
    assertMayReadErased(caller, contact.isErasedNow);
    return contact;
  }
}

/** Who and which instant an answer about one person is of. */
export function judged(
  subjectId: string,
  { at, isParked, isErasedNow }: KnownContact,
  moment: PastMoment | undefined,
) {
  const knownAs = moment?.known === undefined ? {} : { knownAs: knownAsView(moment.known) };
  return { subjectId, erased: isErasedNow, parked: isParked, at, ...knownAs };
}

function summaryOf(consent: GivenConsent, { facts, at }: KnownContact): ConsentSummaryDto {
  const { consentId, purposeId, channel, controllerId, givenAt, recordedAt, validUntil } = consent;
  const { grade: proofGrade, missing, eventId, revision } = consent;
  return {
    ...known({ consentId, purposeId, channel, controllerId, givenAt, recordedAt, validUntil }),
    ...{ missing, eventId, revision, proofGrade, endings: consent.endings.map(endingView) },
    ...consentStanding(consent, facts, at),
  };
}

/** When the form of an act was served, where the act says so. */
function servedWith(
  acts: ReadonlySet<string>,
  entries: readonly TimelineEvent[],
): { readonly servedAt?: string } {
  for (const { type, data } of entries) {
    if (type === 'ChoicesCaptured' && acts.has(data.actId))
      return data.servedAt === undefined ? {} : { servedAt: data.servedAt };
  }
  return {};
}

function endingView({ state, at, recordedAt, eventId, by, reasons }: GivenConsent['endings'][number]) {
  return { state, at, recordedAt, eventId, by, reasons };
}

/** The order of the list: newest first, each place only once. */
function placeOf({ givenAt, consentId }: GivenConsent): string {
  return `${givenAt} ${consentId}`;
}

/** An event of the person's own streams as the timeline has it. */
function entryOf(event: LedgerEvent): TimelineEntry {
  const { id, type, data, stream, revision, position, recordedAt, metadata } = event;
  return {
    ...({ type, data } as TimelineEvent),
    ...{ id, stream, position, recordedAt, actor: metadata.actor },
    revision: Number(revision),
    occurredAt: happenedAt(event),
  };
}

function placed({ stream, position }: TimelineEntry) {
  return { stream, revision: undefined, events: [], position: position as LedgerEvent['position'] };
}
