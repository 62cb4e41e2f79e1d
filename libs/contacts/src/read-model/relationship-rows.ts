import type { Row, RowChange } from '#runtime';
import type { RelationshipKind } from '#subjects/contract';
import type { RelationshipFact } from '../domain/contact-facts.js';
import { instant, text, textOrNull } from './column-values.js';
import type { ContactEventOf } from './contact-state.projection.js';
import { RelationshipRow } from './relationship.entity.js';

/** Steps that a person takes again and again: when the last one was is all that anything rests on. */
const NEWEST_ONLY: readonly RelationshipKind[] = [
  'quote',
  'inbound',
  'login',
  'click',
  'call-back-requested',
];

/** One more sale, contract or account; or a newer step of the person. */
export function relationshipChange({
  id,
  revision,
  recordedAt,
  data,
}: ContactEventOf<'RelationshipEventRecorded'>): RowChange {
  const { subjectId, controllerId, kind, productCategories, contractId, contactCollection, occurredAt } =
    data;
  const slot = NEWEST_ONLY.includes(kind) ? `${controllerId} ${kind}` : id;
  const key = { subject_id: subjectId, slot };
  const told: Row = {
    event_id: id,
    revision,
    controller_id: controllerId,
    kind,
    product_categories: productCategories,
    contract_id: contractId ?? null,
    contact_collection: contactCollection ?? null,
    at: occurredAt,
    recorded_at: recordedAt,
    ...key,
  };
  return {
    entity: RelationshipRow,
    key,
    evolve: (row) => (row === undefined || isNewer(told, row) ? told : row),
  };
}

/** The fact that a row holds. */
export function relationshipOf(row: Row): RelationshipFact {
  const collection = row['contact_collection'] as StoredCollection | null;
  return {
    eventId: text(row['event_id']),
    revision: Number(row['revision']),
    controllerId: text(row['controller_id']),
    kind: text(row['kind']) as RelationshipKind,
    productCategories: row['product_categories'] as readonly string[],
    contractId: textOrNull(row['contract_id']),
    contactCollection: collection && collectionOf(collection),
    at: instant(row['at']),
    recordedAt: instant(row['recorded_at']),
  };
}

type StoredCollection = NonNullable<ContactEventOf<'RelationshipEventRecorded'>['data']['contactCollection']>;

function collectionOf({ direct, contactPointIds, objectionOffered, form }: StoredCollection) {
  return {
    ...{ direct, contactPointIds, objectionOffered },
    form: form === undefined ? null : { formId: form.formId, version: form.version },
  };
}

/** By when it happened, whenever the ledger learned of it; at one instant by event, so that the order does not matter. */
function isNewer(a: Row, b: Row): boolean {
  const [of, before] = [instant(a['at']), instant(b['at'])];
  return of === before ? text(a['event_id']) > text(b['event_id']) : of > before;
}
