import { Type } from 'typebox';
import { sourceKinds } from '#kernel';
import { EvidenceRefShape, InstantShape, OneOf, SlugShape, Strict, UuidShape } from '#event-store/contract';

/**
 * What can happen between a person and a data controller that a later permission rests on. `account-opened` is no sale;
 * `login`, `click`, `inbound`, `quote` and `call-back-requested` are the person's own steps, from which the three years of a
 * prospect run; the last one also lets them be called for some days, within what they asked (C. conso. R.223-4).
 */
export const relationshipKinds = [
  'sale',
  'account-opened',
  'contract-started',
  'contract-ended',
  'quote',
  'inbound',
  'login',
  'click',
  'call-back-requested',
] as const;
export type RelationshipKind = (typeof relationshipKinds)[number];

/** Categories of products, contact points and proofs that one event names at most. */
export const MAX_NAMED = 20;

/** How contact details were collected on the occasion of a sale or contract (CPCE L.34-5 al. 4). */
const ContactCollection = Strict({
  /** From the person themselves, not from somebody else. */
  direct: Type.Boolean(),
  /** Which contact points; none named: the occasion does not tell. */
  contactPointIds: Type.Array(UuidShape, { maxItems: MAX_NAMED, uniqueItems: true }),
  /** The person could object, free of charge and simply, when the details were collected. */
  objectionOffered: Type.Boolean(),
  form: Type.Optional(Strict({ formId: UuidShape, version: Type.Integer({ minimum: 1 }) })),
});

/** Facts of `relationship-<uuid>`: what stands between a person and a data controller. */
export const relationship = {
  RelationshipEventRecorded: {
    version: 1,
    category: 'relationship',
    meaning:
      'Something happened between the person and a data controller: a sale, a contract, a step of the person towards it. Soft opt-in and retention clocks rest on it; it is never a "no", and no consent.',
    data: Strict({
      relationshipEventId: UuidShape,
      subjectId: UuidShape,
      /** Who sold, contracted or was approached: a sister company is another one. */
      controllerId: UuidShape,
      kind: OneOf(relationshipKinds),
      productCategories: Type.Array(SlugShape, { maxItems: MAX_NAMED, uniqueItems: true }),
      /** Start and end of one contract belong together by it. */
      contractId: Type.Optional(UuidShape),
      /** Of a sale or a contract that started. */
      contactCollection: Type.Optional(ContactCollection),
      source: OneOf(sourceKinds),
      evidence: Type.Optional(Type.Array(EvidenceRefShape, { minItems: 1, maxItems: MAX_NAMED })),
      occurredAt: InstantShape,
    }),
  },
} as const;
