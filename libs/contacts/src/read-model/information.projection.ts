import type { InformationEvent } from '#consent/contract';
import type { LedgerEvent } from '#event-store';
import { addMonths, type Instant } from '#kernel';
import type { RightsEvent } from '#rights/contract';
import type { Projection, Row } from '#runtime';
import type { SolicitationEvent } from '#solicitation/contract';
import type { SubjectEvent } from '#subjects/contract';
import { instantOrNull } from './column-values.js';
import { InformationDutyRow } from './information.entity.js';

type Event = LedgerEvent & (SubjectEvent | InformationEvent | SolicitationEvent | RightsEvent);
type EventOf<T extends Event['type']> = Extract<Event, { type: T }>;
type Told = 'SubjectRegistered' | 'InformationGiven' | 'ContactMade' | 'KeyDestructionStarted';

/** Outcomes by which nothing reached the person. */
const NOT_REACHED: readonly string[] = ['no-answer', 'busy', 'wrong-number', 'bounced'];

/** What each type tells of the duty; the order in which events come does not matter. */
const changes: { readonly [T in Told]: (event: EventOf<T>, row: Row) => Row } = {
  SubjectRegistered: ({ data: { collection, source, occurredAt } }, row) => ({
    ...row,
    ...{ collection, source_kind: source.kind, collected_at: occurredAt },
  }),
  InformationGiven: ({ data: { article, occurredAt } }, row) =>
    article === 'art-14' ? { ...row, informed_at: earlier(row['informed_at'], occurredAt) } : row,
  ContactMade: ({ data: { outcome, occurredAt } }, row) =>
    NOT_REACHED.includes(outcome)
      ? row
      : { ...row, first_contact_at: earlier(row['first_contact_at'], occurredAt) },
  KeyDestructionStarted: ({ data: { scopes } }, row) =>
    scopes.includes('identity') ? { ...row, is_erased: true } : row,
};

/** Whom the organisation still owes information by Art. 14, and by when. */
export const informationProjection: Projection = {
  name: 'information',
  version: 1,
  entities: [InformationDutyRow],
  sharding: 'by-subject',
  handles: Object.keys(changes),
  project: (event) => {
    const told = event as EventOf<Told>;
    const change = changes[told.type] as (event: Event, row: Row) => Row;
    const key = { subject_id: told.data.subjectId };
    return [
      {
        entity: InformationDutyRow,
        key,
        evolve: (row) => judged(change(told, row ?? blank(key.subject_id))),
      },
    ];
  },
};

function blank(subjectId: string): Row {
  return {
    ...{ subject_id: subjectId, collection: null, source_kind: null, collected_at: null },
    ...{ first_contact_at: null, informed_at: null, due_at: null, is_erased: false, is_open: false },
  };
}

/** One month from the collection, and at the first contact at the latest (Art. 14(3)(a) and (b)). */
function judged(row: Row): Row {
  const collectedAt = instantOrNull(row['collected_at']);
  const isOwed = row['collection'] === 'indirect' && collectedAt !== null;
  const month = isOwed ? addMonths(collectedAt, 1) : null;
  const dueAt = month === null ? null : earlier(row['first_contact_at'], month);
  const isOpen = isOwed && row['informed_at'] === null && row['is_erased'] !== true;
  return { ...row, due_at: dueAt, is_open: isOpen };
}

function earlier(standing: unknown, instant: Instant): Instant {
  const before = instantOrNull(standing);
  return before !== null && before < instant ? before : instant;
}
