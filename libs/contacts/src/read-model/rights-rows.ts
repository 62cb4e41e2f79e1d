import type { Row, RowChange } from '#runtime';
import { RestrictionRow, SubjectRow } from './contact-state.entity.js';
import type { ContactEventOf } from './contact-state.projection.js';
import { blankSubject } from './subject-rows.js';

type RestrictionEvent = ContactEventOf<
  'ProcessingRestricted' | 'RestrictionLiftNotified' | 'RestrictionLifted'
>;
type ErasureEvent = ContactEventOf<'ErasureOrdered' | 'KeyDestructionStarted' | 'SubjectKeyDestroyed'>;

/** A restriction begins, is announced to end, or ends. */
export function restrictionChange(event: RestrictionEvent): RowChange {
  const { subjectId, restrictionId } = event.data;
  const key = { subject_id: subjectId, restriction_id: restrictionId };
  const blank: Row = {
    ground: null,
    purpose_ids: 'all',
    state: 'standing',
    since: null,
    until: null,
    event_id: event.id,
    revision: event.revision,
    ...key,
  };
  return {
    entity: RestrictionRow,
    key,
    evolve: (row = blank) => {
      if (event.type === 'RestrictionLiftNotified') return { ...row, state: 'lift-notified' };
      if (event.type === 'RestrictionLifted')
        return { ...row, state: 'lifted', until: event.data.occurredAt };
      const { ground, purposeIds, occurredAt } = event.data;
      const place = { event_id: event.id, revision: event.revision };
      return { ...row, ...place, ground, purpose_ids: purposeIds, state: 'standing', since: occurredAt };
    },
  };
}

/** An erasure is ordered, passes the point of no return, or has destroyed the keys of a scope. */
export function erasureChange(event: ErasureEvent): RowChange {
  const { subjectId } = event.data;
  return {
    entity: SubjectRow,
    key: { subject_id: subjectId },
    evolve: (row = blankSubject(subjectId)) => ({ ...row, ...erased(row, event) }),
  };
}

/** What the person's newest erasure ended is physically gone, or it is completed. */
export function erasureEnd(
  { data: { subjectId, erasureId } }: ContactEventOf<'PersonalStreamsPurged' | 'ErasureCompleted'>,
  erasure_state: 'erased' | 'completed',
): RowChange {
  return {
    entity: SubjectRow,
    key: { subject_id: subjectId },
    evolve: (row = blankSubject(subjectId)) =>
      row['erasure_id'] === erasureId ? { ...row, erasure_state } : row,
  };
}

function erased(row: Row, event: ErasureEvent): Row {
  const erasure_id = event.data.erasureId;
  const isSame = row['erasure_id'] === erasure_id;
  const scopes = isSame ? (row['erasure_scopes'] as readonly string[]) : [];
  const destroyed = isSame ? (row['destroyed_scopes'] as readonly string[]) : [];
  switch (event.type) {
    case 'ErasureOrdered': {
      const { scopes: erasure_scopes, retained } = event.data;
      return { erasure_id, erasure_state: 'ordered', erasure_scopes, destroyed_scopes: destroyed, retained };
    }
    case 'KeyDestructionStarted': {
      // No scope ends with single values, nor with what was kept to tell recipients.
      if (event.data.scopes.length === 0) return row;
      const erasure_scopes = union(scopes, event.data.scopes);
      const is_erased = row['is_erased'] === true || event.data.scopes.includes('identity');
      return { erasure_id, erasure_state: 'started', erasure_scopes, destroyed_scopes: destroyed, is_erased };
    }
    case 'SubjectKeyDestroyed': {
      const { scope } = event.data;
      if (!scopes.includes(scope)) return row;
      const destroyed_scopes = union(destroyed, [scope]);
      const isOver = scopes.every((one) => destroyed_scopes.includes(one));
      return { erasure_id, erasure_state: isOver ? 'unreadable' : 'started', destroyed_scopes };
    }
  }
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])];
}
