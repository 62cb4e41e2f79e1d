import { Type, type Static } from 'typebox';
import { OneOf, SlugShape, Strict, TextShape, UuidShape } from '#event-store/contract';

/** The two registers of Art. 30: of the data controller (30(1)) and of the processor (30(2)). */
export const registerRoles = ['controller', 'processor'] as const;
export type RegisterRole = (typeof registerRoles)[number];

/** Categories of persons of the CNIL template (list F). */
export const subjectCategories = [
  'employees',
  'internal-services',
  'customers',
  'suppliers',
  'contractors',
  'prospects',
  'candidates',
  'other',
] as const;

/** Categories of data of the CNIL template; from `national-id` to `criminal` they need an exception. */
export const dataCategories = [
  'identity',
  'personal-life',
  'economic',
  'connection',
  'location',
  'national-id',
  'racial-ethnic',
  'political',
  'religious-philosophical',
  'trade-union',
  'genetic',
  'biometric-id',
  'health',
  'sex-life-orientation',
  'criminal',
  'other',
] as const;
export type DataCategory = (typeof dataCategories)[number];

/** Types of recipients of the CNIL template (list H). */
export const recipientTypes = ['internal-service', 'processor', 'third-country', 'partner', 'other'] as const;

/** Tools that carry a transfer to a third country (Art. 45 to 49). */
export const transferSafeguards = [
  'adequacy',
  'scc',
  'bcr',
  'code-of-conduct',
  'certification',
  'art49',
] as const;

/** Types of security measures of the CNIL template (list J). */
export const securityMeasureTypes = [
  'traceability',
  'software-protection',
  'backup',
  'encryption',
  'access-control',
  'processor-control',
  'other',
] as const;

/** Why a line of the register ended. */
export const activityEndings = ['ended', 'merged', 'recorded-in-error'] as const;

/** A line of the register (Art. 30(1), 30(2)); the texts are the organisation's own. */
export const ProcessingActivityShape = Strict({
  activityId: UuidShape,
  reference: SlugShape,
  role: OneOf(registerRoles),
  name: TextShape(200),
  controllerId: Type.Optional(UuidShape),
  jointControllerIds: Type.Array(UuidShape, { maxItems: 20, uniqueItems: true }),
  /** For the processor's register: each data controller served. */
  servedControllers: Type.Array(TextShape(200), { maxItems: 500 }),
  mainPurpose: Type.Optional(TextShape(1000)),
  subPurposes: Type.Array(TextShape(1000), { maxItems: 5 }),
  purposeIds: Type.Array(UuidShape, { maxItems: 50, uniqueItems: true }),
  subjectCategories: Type.Array(
    Strict({ category: OneOf(subjectCategories), precision: Type.Optional(TextShape(1000)) }),
    { maxItems: 30 },
  ),
  dataCategories: Type.Array(
    Strict({
      category: OneOf(dataCategories),
      description: TextShape(2000),
      /** Erasure time limit for this category (Art. 30(1)(f)). */
      retention: Type.Optional(TextShape(1000)),
      /** Condition of Art. 9(2) or legal ground for special categories, criminal data and the national id. */
      exception: Type.Optional(TextShape(500)),
    }),
    { maxItems: 40 },
  ),
  recipients: Type.Array(Strict({ type: OneOf(recipientTypes), precision: TextShape(1000) }), {
    maxItems: 50,
  }),
  transfers: Type.Array(
    Strict({
      recipient: TextShape(300),
      country: Type.String({ pattern: '^[A-Z]{2}$' }),
      safeguard: OneOf(transferSafeguards),
      documentUrl: Type.Optional(Type.String({ pattern: '^https://', maxLength: 500 })),
    }),
    { maxItems: 50 },
  ),
  securityMeasures: Type.Array(Strict({ type: OneOf(securityMeasureTypes), precision: TextShape(1000) }), {
    maxItems: 50,
  }),
  /** Where the data comes from, when not from the person. */
  dataSource: Type.Optional(TextShape(1000)),
});
export type ProcessingActivityData = Static<typeof ProcessingActivityShape>;
