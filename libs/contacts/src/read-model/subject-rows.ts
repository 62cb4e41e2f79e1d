import type { Row, RowChange } from '#runtime';
import type { InformedFact } from '../domain/contact-facts.js';
import { ContactPointRow, LinkRow, SubjectRow } from './contact-state.entity.js';
import type { ContactEventOf } from './contact-state.projection.js';

/** A person of whom no registration is known yet. */
export function blankSubject(subjectId: string): Row {
  return {
    subject_id: subjectId,
    audience: null,
    collection: null,
    source_kind: null,
    registered_at: null,
    erasure_id: null,
    erasure_state: 'none',
    erasure_scopes: [],
    destroyed_scopes: [],
    is_erased: false,
    retained: [],
    subject_revision: null,
    consent_revision: null,
    rights_revision: null,
    relationship_revision: null,
    solicitation_revision: null,
    information_revision: null,
    informed: [],
  };
}

/** A person is registered. */
export function registration({ data }: ContactEventOf<'SubjectRegistered'>): RowChange {
  const { subjectId, audience, collection, source, occurredAt } = data;
  return {
    entity: SubjectRow,
    key: { subject_id: subjectId },
    evolve: (row = blankSubject(subjectId)) => ({
      ...row,
      audience,
      collection,
      source_kind: source.kind,
      registered_at: occurredAt,
    }),
  };
}

/** The first time that the person was informed by an article for a data controller; more often says no more. */
export function informationChange(event: ContactEventOf<'InformationGiven'>): RowChange {
  const { subjectId, controllerId, article, occurredAt: at } = event.data;
  const told: InformedFact = {
    controllerId,
    article,
    at,
    eventId: event.id,
    revision: Number(event.revision),
  };
  const isSame = (one: InformedFact): boolean => one.controllerId === controllerId && one.article === article;
  return {
    entity: SubjectRow,
    key: { subject_id: subjectId },
    evolve: (row = blankSubject(subjectId)) => {
      const informed = row['informed'] as readonly InformedFact[];
      const before = informed.find(isSame);
      if (before !== undefined && isFirst(before, told)) return row;
      return { ...row, informed: [...informed.filter((one) => !isSame(one)), told] };
    },
  };
}

/** By when it happened, whenever the ledger learned of it; at one instant by event, so that the order does not matter. */
function isFirst(a: InformedFact, b: InformedFact): boolean {
  return a.at === b.at ? a.eventId < b.eventId : a.at < b.at;
}

/** A relation begins or ends, for both sides. */
export function linkChanges(
  event: ContactEventOf<'SubjectsLinked' | 'SubjectsUnlinked'>,
): readonly RowChange[] {
  const { subjectId, otherSubjectId, relation, occurredAt } = event.data;
  const isLinked = event.type === 'SubjectsLinked';
  const change = (key: Row): RowChange => ({
    entity: LinkRow,
    key,
    evolve: (row) =>
      isLinked
        ? { since: occurredAt, until: null, ...key }
        : { since: null, ...row, ...key, until: occurredAt },
  });
  return [
    change({ subject_id: subjectId, other_subject_id: otherSubjectId, relation, direction: 'to' }),
    change({ subject_id: otherSubjectId, other_subject_id: subjectId, relation, direction: 'from' }),
  ];
}

/** A contact point comes, is replaced or goes. */
export function contactPointChanges(
  event: ContactEventOf<'ContactPointAdded' | 'ContactPointRectified' | 'ContactPointRemoved'>,
): readonly RowChange[] {
  const { subjectId, contactPointId, occurredAt } = event.data;
  if (event.type === 'ContactPointRemoved') return [ended(subjectId, contactPointId, 'removed', occurredAt)];
  const { kind, system, use, timeZone } = event.data;
  const key = { subject_id: subjectId, contact_point_id: contactPointId };
  const added: RowChange = {
    entity: ContactPointRow,
    key,
    evolve: () => ({
      kind,
      system: system ?? null,
      use,
      time_zone: timeZone ?? null,
      state: 'active',
      since: occurredAt,
      until: null,
      ...key,
    }),
  };
  if (event.type === 'ContactPointAdded') return [added];
  return [ended(subjectId, event.data.replaces, 'replaced', occurredAt), added];
}

/** Contact points whose values were ordered to go; one that had ended before stays as it was. */
export function erasedContactPoints({
  data,
  recordedAt,
}: ContactEventOf<'ValueErasureOrdered'>): readonly RowChange[] {
  const ids = data.values.flatMap(({ contactPointId }) => contactPointId ?? []);
  return ids.map((contactPointId) => {
    const change = ended(data.subjectId, contactPointId, 'removed', recordedAt);
    return { ...change, evolve: (row) => (row?.['state'] === 'active' ? change.evolve(row) : row) };
  });
}

function ended(subjectId: string, contactPointId: string, state: string, until: string): RowChange {
  return {
    entity: ContactPointRow,
    key: { subject_id: subjectId, contact_point_id: contactPointId },
    evolve: (row) => (row === undefined ? undefined : { ...row, state, until }),
  };
}
