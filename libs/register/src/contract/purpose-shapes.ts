import { Type, type Static } from 'typebox';
import { audiences, channels, contactPointKinds, lawfulBases, relations, sectors } from '#kernel';
import { OneOf, Sha256Shape, SlugShape, Strict, TextShape, UuidShape } from '#event-store/contract';

/** A text in the organisation's languages; French is the source. */
export const LocalisedShape = (maxLength: number) =>
  Strict({ fr: TextShape(maxLength), en: Type.Optional(TextShape(maxLength)) });

/** The legal person that decides on purposes (Art. 4(7)); not a brand. */
export const ControllerShape = Strict({
  controllerId: UuidShape,
  legalName: TextShape(200),
  /** SIREN, nine digits. */
  siren: Type.Optional(Type.String({ pattern: '^[0-9]{9}$' })),
  address: Type.Optional(TextShape(400)),
  country: Type.String({ pattern: '^[A-Z]{2}$' }),
  /** Page where a person reaches the organisation or its DPO; a functional page, never a person's address. */
  contactUrl: Type.Optional(Type.String({ pattern: '^https://', maxLength: 500 })),
  /** Officers are people: they stand as actors, their names are sealed. */
  dpoActorId: Type.Optional(UuidShape),
  representativeActorId: Type.Optional(UuidShape),
});
export type ControllerData = Static<typeof ControllerShape>;

/** What sort of use a purpose is; `legal` is what the law or a claim imposes. */
export const purposeKinds = [
  'prospecting',
  'service',
  'analytics',
  'profiling',
  'email-open-tracking',
  'legal',
  'other',
] as const;
export type PurposeKind = (typeof purposeKinds)[number];

/** Why a purpose ended. */
export const purposeEndings = ['ended', 'replaced', 'unlawful', 'declared-in-error'] as const;

/** One variant of a purpose: for whom, and on exactly one lawful basis (CNIL developer's guide, sheet 15). */
export const PurposeVariantShape = Strict({
  variantId: SlugShape,
  audiences: Type.Array(OneOf(audiences), { minItems: 1, uniqueItems: true }),
  relations: Type.Array(OneOf(relations), { minItems: 1, uniqueItems: true }),
  lawfulBasis: OneOf(lawfulBases),
  /** Article or text on which the basis rests, as the organisation argues it. */
  basisSource: TextShape(500),
  /** Assessment of legitimate interests, by hash; required on that basis. */
  assessment: Type.Optional(Strict({ reference: SlugShape, sha256: Sha256Shape })),
});
export type PurposeVariant = Static<typeof PurposeVariantShape>;

/** What a purpose is (Art. 5(1)(b)): a family with one variant per audience and relation. */
export const PurposeShape = Strict({
  purposeId: UuidShape,
  code: SlugShape,
  controllerId: UuidShape,
  name: LocalisedShape(200),
  description: LocalisedShape(2000),
  kind: OneOf(purposeKinds),
  sector: OneOf(sectors),
  channels: Type.Array(OneOf(channels), { uniqueItems: true }),
  variants: Type.Array(PurposeVariantShape, { minItems: 1, maxItems: 40 }),
  /** Contact points the purpose needs; what nobody needs is not accepted (Art. 5(1)(c)). */
  dataNeeded: Type.Array(OneOf(contactPointKinds), { uniqueItems: true }),
  productCategories: Type.Array(SlugShape, { maxItems: 50, uniqueItems: true }),
  namedRecipients: Type.Array(Strict({ recipientId: UuidShape, legalName: TextShape(200) }), {
    maxItems: 100,
  }),
});
export type PurposeData = Static<typeof PurposeShape>;
