import { Type, type Static } from 'typebox';
import { OneOf, SlugShape, Strict, TextShape, UuidShape } from '#event-store/contract';

/** What a recipient is to the data controller. */
export const recipientKinds = [
  'processor',
  'joint-controller',
  'separate-controller',
  'public-authority',
  'other',
] as const;

/** By what a recipient knows a person. */
export const recipientIdentifiers = ['external-id', 'email', 'phone'] as const;

/** How a recipient learns what it must do: its system asks by the API, or staff tell it. */
export const waysOfTelling = ['api', 'manual'] as const;

/** Why data is no longer disclosed to a recipient; what it received before it still has. */
export const recipientEndings = ['contract-ended', 'replaced', 'declared-in-error'] as const;

/** Somebody to whom personal data is disclosed (Art. 4(9)), and how they are told of an erasure (Art. 19). */
export const RecipientShape = Strict({
  recipientId: UuidShape,
  legalName: TextShape(200),
  kind: OneOf(recipientKinds),
  /** The purposes for which data is disclosed to it. */
  purposeIds: Type.Union([
    Type.Literal('all'),
    Type.Array(UuidShape, { minItems: 1, maxItems: 200, uniqueItems: true }),
  ]),
  /** By what it finds the person whom it must erase; an external id is that of the named system. */
  identifiesBy: Strict({ kind: OneOf(recipientIdentifiers), system: Type.Optional(SlugShape) }),
  howTold: OneOf(waysOfTelling),
});
export type RecipientData = Static<typeof RecipientShape>;
