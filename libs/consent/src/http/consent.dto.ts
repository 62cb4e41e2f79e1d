import {
  channels,
  expressionMethods,
  indicators,
  languages,
  sourceKinds,
  type Channel,
  type ExpressionMethod,
  type Indicator,
  type Language,
  type Personal,
  type SourceKind,
} from '#kernel';
import {
  AckDto,
  ArrayField,
  EnumField,
  Field,
  InstantField,
  IntField,
  list,
  NestedField,
  oneOf,
  orCode,
  PersonalField,
  Sha256Field,
  slug,
  SlugField,
  TextField,
  uuid,
  UuidField,
} from '#http';
import type { ConsentGiven } from '../contract.js';

const MAX_TRACE = 1000;
const noReasons = ['none-given', 'too-frequent', 'not-relevant', 'never-agreed', 'complaint'] as const;
const ages = ['not-asserted', 'adult', 'minor-15-or-over', 'under-15'] as const;

/** Where a choice came from. */
export class SourceDto {
  @EnumField(sourceKinds, { example: 'web-form' })
  kind!: SourceKind;

  @SlugField({ optional: true, example: 'automne-2026' })
  campaignId?: string;

  @UuidField({ optional: true })
  importId?: string;

  @UuidField({ optional: true, description: 'The list seller or partner from whom it came.' })
  supplierId?: string;
}

/** Personal context of an act: sealed, erasable apart from the proof. */
export class EvidenceDto {
  @PersonalField({ max: 64, optional: true, example: '2001:db8::1' })
  ip?: Personal<string>;

  @PersonalField({ max: MAX_TRACE, optional: true })
  userAgent?: Personal<string>;

  @PersonalField({ max: MAX_TRACE, optional: true, description: 'What the person said, in their words.' })
  statement?: Personal<string>;

  @PersonalField({ max: MAX_TRACE, optional: true, description: 'Where a recording or scan lies.' })
  locator?: Personal<string>;

  @Sha256Field({ optional: true, description: 'SHA-256 of that recording or scan.' })
  sha256?: string;
}

/** A published version of a collection form. */
export class FormVersionDto {
  @UuidField()
  formId!: string;

  @IntField({ min: 1, max: 100_000, example: 1 })
  version!: number;
}

/** How a person expressed a choice without one of our forms. */
export class ExpressionDto {
  @EnumField(expressionMethods, { example: 'oral-recorded' })
  method!: ExpressionMethod;

  @EnumField(['checked', 'unchecked', 'not-applicable'], {
    description: '`checked` is refused: a ticked box is no consent (Art. 4(11)).',
    example: 'not-applicable',
  })
  defaultState!: 'checked' | 'unchecked' | 'not-applicable';

  @TextField({
    max: 2000,
    description: 'The words beside the box, or what was asked aloud.',
    example: 'Acceptez-vous de recevoir notre lettre ?',
  })
  label!: string;
}

/** A precise slot in which the person accepts to be called (C. conso. D.223-9). */
export class SlotDto {
  @InstantField({ example: '2026-12-01T14:00:00.000Z' })
  from!: string;

  @InstantField({ example: '2026-12-01T15:00:00.000Z' })
  to!: string;
}

/** A consent to one purpose, on some channels. */
export class GiveConsentDto {
  @UuidField()
  purposeId!: string;

  @ArrayField(oneOf(channels), { min: 1, max: channels.length, unique: true, example: ['email'] })
  channels!: Channel[];

  @UuidField({ optional: true })
  controllerId?: string;

  @UuidField({ optional: true, description: 'Third party that collected it.' })
  collectorId?: string;

  @ArrayField(uuid(), {
    optional: true,
    min: 1,
    max: 50,
    unique: true,
    description: 'Contact points it covers; by default all that the channel reaches.',
  })
  contactPointIds?: string[];

  @ArrayField(slug(), {
    optional: true,
    min: 1,
    max: 20,
    unique: true,
    description: 'Nature of goods or services, for the telephone (R.223-1).',
  })
  goodsNature?: string[];

  @NestedField(() => FormVersionDto, {
    optional: true,
    description: 'The form it was given through; or notice and expression.',
    example: { formId: '3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d', version: 1 },
  })
  formVersion?: FormVersionDto;

  @UuidField({ optional: true })
  noticeId?: string;

  @IntField({ min: 1, max: 100_000, optional: true })
  noticeVersion?: number;

  @EnumField(languages, { optional: true })
  language?: Language;

  @NestedField(() => ExpressionDto, { optional: true })
  expression?: ExpressionDto;

  @ArrayField(slug(), {
    optional: true,
    max: 10,
    unique: true,
    description: 'Ways to withdraw that the person was shown.',
  })
  withdrawalMethods?: string[];

  @EnumField(['expressed', 'explicit'], { fallback: 'expressed' })
  consentType!: 'expressed' | 'explicit';

  @EnumField(indicators, { fallback: 'data-subject' })
  indicatedBy!: Indicator;

  @EnumField(ages, { fallback: 'not-asserted' })
  ageAssertion!: ConsentGiven['age'];

  @NestedField(() => SourceDto)
  source!: SourceDto;

  @InstantField({ optional: true, description: 'Stated end; at most one year for the telephone.' })
  validUntil?: string;

  @NestedField(() => SlotDto, {
    array: true,
    min: 1,
    max: 20,
    optional: true,
    description:
      'Slots in which the person accepted to be called, outside the usual hours too; outside these slots the consent carries no call (C. conso. R.223-1 II, D.223-9).',
  })
  acceptedSlots?: SlotDto[];

  @NestedField(() => EvidenceDto, { optional: true })
  evidence?: EvidenceDto;

  @InstantField({ optional: true, notFuture: true })
  occurredAt?: string;
}

/** A refusal or withdrawal: whatever it says is recorded. */
export class SayNoDto {
  @TextField({
    max: 200,
    description: 'A purpose, `all`, or its wording: an unknown one is kept sealed and blocks like `all`.',
    example: 'all',
  })
  purposeId!: string;

  @Field(orCode(list(oneOf(channels), { min: 1, max: channels.length, unique: true }), ['all']), {
    example: ['email'],
  })
  channels!: 'all' | Channel[];

  @UuidField({ optional: true, description: 'One data controller only; every one if absent.' })
  controllerId?: string;

  @EnumField(noReasons, { optional: true })
  reason?: (typeof noReasons)[number];

  @EnumField(indicators, { fallback: 'data-subject' })
  indicatedBy!: Indicator;

  @NestedField(() => SourceDto)
  source!: SourceDto;

  @NestedField(() => EvidenceDto, { optional: true })
  evidence?: EvidenceDto;

  @InstantField({
    optional: true,
    description: 'Default: now. A "no" that claims a later instant counts from now.',
  })
  occurredAt?: string;
}

/** A consent and how well it can be demonstrated. */
export class RecordedConsentDto {
  @UuidField()
  consentId!: string;

  @UuidField()
  purposeId!: string;

  @EnumField(channels)
  channel!: string;

  @EnumField(['strong', 'adequate', 'weak', 'undemonstrable'])
  proofGrade!: string;

  @ArrayField(slug(), { description: 'What the proof lacks.' })
  missing!: readonly string[];

  @InstantField({ optional: true })
  validUntil?: string;
}

/** What was recorded. */
export class ConsentsRecordedDto extends AckDto {
  @NestedField(() => RecordedConsentDto, { array: true })
  consents!: readonly RecordedConsentDto[];
}
