import { Type, type Static } from 'typebox';
import { channels, expressionMethods, languages } from '#kernel';
import {
  InstantShape,
  OneOf,
  Sha256Shape,
  SlugShape,
  Strict,
  TextShape,
  UuidShape,
} from '#event-store/contract';

/**
 * A notice's text is kept in parts of at most this many bytes, counted as JSON writes them (UTF-8, escapes included),
 * so that the entry of every part stays below 32 KiB and fits its proof.
 */
export const NOTICE_PART_BYTES = 24 * 1024;

/** What a new notice version is to the one before it; consents need renewing after a considerable change. */
export const noticeChanges = ['first', 'editorial', 'considerable'] as const;

/** The text of a notice version in one language: its hash and how it is kept. */
export const NoticeTextShape = Strict({
  language: OneOf(languages),
  /** SHA-256 of the UTF-8 text. */
  sha256: Sha256Shape,
  bytes: Type.Integer({ minimum: 1 }),
  parts: Type.Integer({ minimum: 1 }),
});

/** How the box stood before the person touched it; `not-applicable` where there is none (speech, signature). */
export const defaultStates = ['unchecked', 'not-applicable'] as const;

/** A version of a collection form, as it was shown (Art. 7(1); CNIL délib. 2020-092; C. conso. R.223-1). */
export const CollectionFormVersionShape = Strict({
  formId: UuidShape,
  version: Type.Integer({ minimum: 1 }),
  name: TextShape(200),
  url: Type.Optional(Type.String({ pattern: '^https://', maxLength: 500 })),
  language: OneOf(languages),
  validFrom: InstantShape,
  validUntil: Type.Optional(InstantShape),
  screenshotSha256: Type.Optional(Sha256Shape),
  codeSha256: Type.Optional(Sha256Shape),
  method: OneOf(expressionMethods),
  defaultState: OneOf(defaultStates),
  notice: Strict({ noticeId: UuidShape, version: Type.Integer({ minimum: 1 }), sha256: Sha256Shape }),
  offers: Type.Array(
    Strict({
      purposeId: UuidShape,
      channels: Type.Array(OneOf(channels), { minItems: 1, uniqueItems: true }),
      /** The words beside the box. */
      label: TextShape(2000),
      goodsNature: Type.Optional(Type.Array(SlugShape, { minItems: 1, maxItems: 20, uniqueItems: true })),
    }),
    { minItems: 1, maxItems: 50 },
  ),
  collectorId: Type.Optional(UuidShape),
  withdrawalMethods: Type.Array(SlugShape, { minItems: 1, maxItems: 10, uniqueItems: true }),
  /** Months of validity stated to the person; at most 12 for the phone. */
  validityMonths: Type.Optional(Type.Integer({ minimum: 1, maximum: 120 })),
  /** What the form showed, beyond the words (R.223-1 I). */
  shown: Strict({
    withdrawalRight: Type.Boolean(),
    durableMedium: Type.Boolean(),
    professionalIdentity: Type.Boolean(),
    choiceOffered: Type.Boolean(),
  }),
});
export type CollectionFormVersion = Static<typeof CollectionFormVersionShape>;
