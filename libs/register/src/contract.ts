import { Type, type Static } from 'typebox';
import {
  audiences,
  channels,
  contactPointKinds,
  expressionMethods,
  languages,
  lawfulBases,
  relations,
  sectors,
} from '#kernel';
import {
  DayShape,
  declareEvents,
  InstantShape,
  OneOf,
  Sha256Shape,
  SlugShape,
  Strict,
  TextShape,
  UuidShape,
  type EventsOf,
} from '#event-store/contract';

/** A notice's text is kept in parts of at most this many bytes of UTF-8, so that every entry fits its proof. */
export const NOTICE_PART_BYTES = 24 * 1024;

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

/** What a purpose is (Art. 5(1)(b)): a family with one variant per audience and relation. */
export const PurposeShape = Strict({
  purposeId: UuidShape,
  code: SlugShape,
  controllerId: UuidShape,
  name: LocalisedShape(200),
  description: LocalisedShape(2000),
  kind: OneOf(['prospecting', 'service', 'analytics', 'profiling', 'email-open-tracking', 'legal', 'other']),
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

const NoticeText = Strict({
  language: OneOf(languages),
  /** SHA-256 of the UTF-8 text. */
  sha256: Sha256Shape,
  bytes: Type.Integer({ minimum: 1 }),
  parts: Type.Integer({ minimum: 1 }),
});

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
  defaultState: OneOf(['unchecked', 'not-applicable']),
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

const dataCategories = [
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

/** A line of the register (Art. 30(1), 30(2)); the texts are the organisation's own. */
export const ProcessingActivityShape = Strict({
  activityId: UuidShape,
  reference: SlugShape,
  role: OneOf(['controller', 'processor']),
  name: TextShape(200),
  controllerId: Type.Optional(UuidShape),
  jointControllerIds: Type.Array(UuidShape, { maxItems: 20, uniqueItems: true }),
  /** For the processor's register: each data controller served. */
  servedControllers: Type.Array(TextShape(200), { maxItems: 500 }),
  mainPurpose: Type.Optional(TextShape(1000)),
  subPurposes: Type.Array(TextShape(1000), { maxItems: 5 }),
  purposeIds: Type.Array(UuidShape, { maxItems: 50, uniqueItems: true }),
  subjectCategories: Type.Array(
    Strict({
      category: OneOf([
        'employees',
        'internal-services',
        'customers',
        'suppliers',
        'contractors',
        'prospects',
        'candidates',
        'other',
      ]),
      precision: Type.Optional(TextShape(1000)),
    }),
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
  recipients: Type.Array(
    Strict({
      type: OneOf(['internal-service', 'processor', 'third-country', 'partner', 'other']),
      precision: TextShape(1000),
    }),
    { maxItems: 50 },
  ),
  transfers: Type.Array(
    Strict({
      recipient: TextShape(300),
      country: Type.String({ pattern: '^[A-Z]{2}$' }),
      safeguard: OneOf(['adequacy', 'scc', 'bcr', 'code-of-conduct', 'certification', 'art49']),
      documentUrl: Type.Optional(Type.String({ pattern: '^https://', maxLength: 500 })),
    }),
    { maxItems: 50 },
  ),
  securityMeasures: Type.Array(
    Strict({
      type: OneOf([
        'traceability',
        'software-protection',
        'backup',
        'encryption',
        'access-control',
        'processor-control',
        'other',
      ]),
      precision: TextShape(1000),
    }),
    { maxItems: 50 },
  ),
  /** Where the data comes from, when not from the person. */
  dataSource: Type.Optional(TextShape(1000)),
});
export type ProcessingActivityData = Static<typeof ProcessingActivityShape>;

/** What the organisation declares: who it is, why it processes, what it tells people, what it keeps a register of. */
export const registerEvents = declareEvents('register', {
  DataControllerDeclared: {
    version: 1,
    category: 'controller',
    meaning:
      'A legal person that decides on purposes and means is known to the ledger, or its particulars changed.',
    data: Strict({ ...ControllerShape.properties, occurredAt: InstantShape }),
  },
  PurposeDeclared: {
    version: 1,
    category: 'purpose',
    meaning: 'A purpose exists, with one lawful basis per variant (Art. 5(1)(b), 6, 13(1)(c)).',
    data: Strict({ ...PurposeShape.properties, occurredAt: InstantShape }),
  },
  PurposeRevised: {
    version: 1,
    category: 'purpose',
    meaning: 'A purpose is described anew, whole; acts before it rest on the revision that stood then.',
    data: Strict({ ...PurposeShape.properties, occurredAt: InstantShape }),
  },
  PurposeRetired: {
    version: 1,
    category: 'purpose',
    meaning: 'A purpose has ended: nothing new may rest on it.',
    data: Strict({
      purposeId: UuidShape,
      reason: OneOf(['ended', 'replaced', 'unlawful', 'declared-in-error']),
      occurredAt: InstantShape,
    }),
  },
  NoticeTextRecorded: {
    version: 1,
    category: 'notice',
    meaning:
      'One part of the text of a notice version in one language; the parts in order are the text, to the byte.',
    data: Strict({
      noticeId: UuidShape,
      version: Type.Integer({ minimum: 1 }),
      language: OneOf(languages),
      part: Type.Integer({ minimum: 1 }),
      text: Type.String({ minLength: 1 }),
    }),
  },
  NoticePublished: {
    version: 1,
    category: 'notice',
    meaning:
      'A version of the information given to people (Art. 13, 14) is published; its text never changes.',
    data: Strict({
      noticeId: UuidShape,
      version: Type.Integer({ minimum: 1 }),
      title: LocalisedShape(200),
      texts: Type.Array(NoticeText, { minItems: 1, maxItems: 7 }),
      effectiveFrom: InstantShape,
      /** Whether the change is considerable: consents then need renewing (EDPB 05/2020). */
      change: OneOf(['first', 'editorial', 'considerable']),
      occurredAt: InstantShape,
    }),
  },
  CollectionFormPublished: {
    version: 1,
    category: 'form',
    meaning:
      'A version of a collection form as people see it from a date on: what a consent given through it rests on.',
    data: Strict({ ...CollectionFormVersionShape.properties, occurredAt: InstantShape }),
  },
  CollectionFormRetired: {
    version: 1,
    category: 'form',
    meaning: 'A collection form is no longer shown.',
    data: Strict({
      formId: UuidShape,
      version: Type.Integer({ minimum: 1 }),
      validUntil: InstantShape,
      occurredAt: InstantShape,
    }),
  },
  ProcessingActivityRecorded: {
    version: 1,
    category: 'activity',
    meaning: 'A processing activity is entered in the register (Art. 30).',
    data: Strict({ ...ProcessingActivityShape.properties, occurredAt: InstantShape }),
  },
  ProcessingActivityRevised: {
    version: 1,
    category: 'activity',
    meaning: 'A register line is described anew, whole; the former one stays readable for its time.',
    data: Strict({ ...ProcessingActivityShape.properties, occurredAt: InstantShape }),
  },
  ProcessingActivityRetired: {
    version: 1,
    category: 'activity',
    meaning: 'A processing activity has ended; its line is marked, never deleted.',
    data: Strict({
      activityId: UuidShape,
      reason: OneOf(['ended', 'merged', 'recorded-in-error']),
      endedOn: DayShape,
      occurredAt: InstantShape,
    }),
  },
});

export type RegisterEvent = EventsOf<typeof registerEvents>;

/** Streams of the register's things. */
export const controllerStream = (id: string): string => `controller-${id}`;
export const purposeStream = (id: string): string => `purpose-${id}`;
export const noticeStream = (id: string): string => `notice-${id}`;
export const formStream = (id: string): string => `form-${id}`;
export const activityStream = (id: string): string => `activity-${id}`;
