import { Rejection, type Command, type Decider } from '#kernel';
import type { RelationshipEvent, RelationshipKind } from '../contract.js';

/** A fact before it stands in the ledger. */
export type RelationshipFact = RelationshipEvent['data'];

/** What the shell knows when a fact arrives; the ledger's own streams tell it. */
export interface RelationshipCircumstances {
  readonly isRegistered: boolean;
  readonly isErased: boolean;
  /** Every contact point that is or once was the person's. */
  readonly contactPointIds: ReadonlySet<string>;
  readonly isControllerKnown: boolean;
}

/** Records what happened between a person and a data controller. */
export type RecordRelationshipEvent = Command<
  'RecordRelationshipEvent',
  { readonly fact: RelationshipFact; readonly circumstances: RelationshipCircumstances }
>;

const ON_CONTRACTS: readonly RelationshipKind[] = ['contract-started', 'contract-ended'];
/** Occasions on which contact details are collected for a soft opt-in (CPCE L.34-5 al. 4). */
const OCCASIONS: readonly RelationshipKind[] = ['sale', 'contract-started'];

/**
 * Facts on which soft opt-in and retention rest. Each stands for itself, so nothing that was recorded before bears on
 * the next one, and there is no state to fold.
 */
export const relationshipDecider: Decider<RecordRelationshipEvent, RelationshipEvent, null> = {
  initialState: null,
  evolve: (state) => state,
  decide: ({ data: { fact, circumstances }, metadata }) => {
    assertPerson(circumstances);
    assertWhole(fact);
    if (fact.occurredAt > metadata.now)
      throw new Rejection('occurred-in-the-future', undefined, '/occurredAt');
    if (!circumstances.isControllerKnown)
      throw new Rejection('controller-unknown', undefined, '/controllerId');
    const strange = fact.contactCollection?.contactPointIds.some(
      (contactPointId) => !circumstances.contactPointIds.has(contactPointId),
    );
    if (strange === true)
      throw new Rejection('contact-point-unknown', undefined, '/contactCollection/contactPointIds');
    return [{ type: 'RelationshipEventRecorded', data: fact }];
  },
};

/**
 * A restriction (Art. 18) is no obstacle, unlike to a new contact point, which makes a person found and reached by one
 * more address: recording is storage, which Art. 18(2) leaves open, and nothing uses the fact until the restriction is
 * lifted. To decline it would harm the person: a contract whose end was lost would count as ongoing ever after.
 * Rejects: `subject-erased`, `subject-unknown`.
 */
function assertPerson({ isErased, isRegistered }: RelationshipCircumstances): void {
  if (isErased) throw new Rejection('subject-erased');
  if (!isRegistered) throw new Rejection('subject-unknown');
}

/** Rejects: `relationship-event-invalid`. */
function assertWhole({ kind, contractId, contactCollection }: RelationshipFact): void {
  if (ON_CONTRACTS.includes(kind) && contractId === undefined) {
    throw new Rejection(
      'relationship-event-invalid',
      'A contract that starts or ends is named.',
      '/contractId',
    );
  }
  if (contactCollection !== undefined && !OCCASIONS.includes(kind)) {
    throw new Rejection(
      'relationship-event-invalid',
      'Contact details are collected on the occasion of a sale or of a contract (CPCE L.34-5 al. 4).',
      '/contactCollection',
    );
  }
}
