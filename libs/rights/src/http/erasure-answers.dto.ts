import { ApiProperty } from '@nestjs/swagger';
import {
  AckDto,
  ArrayField,
  BoolField,
  DayField,
  EnumField,
  InstantField,
  IntField,
  NestedField,
  oneOf,
  SlugField,
  TextField,
  UuidField,
} from '#http';
import { erasureGrounds, erasureTechniques, restrictionGrounds, scopes } from '#kernel';
import { MAX_ERASED_VALUES } from '../contract.js';
import { IdentityCheckDto } from './rights.dto.js';

const retentionGrounds = [
  'legal-obligation',
  'legal-claims',
  'legal-hold',
  'restriction',
  'objection-list',
] as const;
const MANY = 1000;

/** What stays of a person, why and until when (Art. 17(3)). */
export class RetainedScopeDto {
  @EnumField(scopes)
  scope!: string;

  @TextField({ max: 40, example: 'RET-PHONE-PROOF' })
  ruleId!: string;

  @EnumField(retentionGrounds)
  ground!: string;

  @DayField()
  until!: string;
}

/** The same line in a certificate, with the rules it was computed by. */
export class CertifiedRetentionDto extends RetainedScopeDto {
  @SlugField({ description: 'Version of the retention rules.', example: '2026-11' })
  rulesVersion!: string;
}

/** An erasure that was ordered. */
export class ErasureOrderedDto extends AckDto {
  @UuidField()
  erasureId!: string;

  @ArrayField(oneOf(scopes), { description: 'What becomes unreadable.' })
  scopes!: readonly string[];

  @NestedField(() => RetainedScopeDto, { array: true, description: 'What stays.' })
  retained!: readonly RetainedScopeDto[];
}

/** A restriction in whose way an erasure would stop. */
export class BlockingRestrictionDto {
  @UuidField()
  restrictionId!: string;

  @EnumField(restrictionGrounds)
  ground!: string;
}

/** What an erasure would do; nothing was recorded. */
export class ErasureDryRunDto {
  @BoolField()
  dryRun!: boolean;

  @ArrayField(oneOf(scopes))
  scopes!: readonly string[];

  @NestedField(() => RetainedScopeDto, { array: true })
  retained!: readonly RetainedScopeDto[];

  @NestedField(() => BlockingRestrictionDto, { array: true })
  blockedBy!: readonly BlockingRestrictionDto[];

  @IntField({
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description: 'Refusals that would be kept as suppressions.',
  })
  standingNos!: number;

  @SlugField({ example: '2026-11' })
  rulesVersion!: string;
}

/** A single value that goes while everything else of its scope stays. */
export class ErasedValueDto {
  @EnumField(scopes)
  scope!: string;

  @UuidField({ description: 'The event that references to the value name.' })
  eventId!: string;

  @UuidField({ optional: true })
  contactPointId?: string;
}

/** One step of an erasure. */
export class ErasureStepDto {
  @TextField({ max: 100, example: 'key-destruction-started' })
  name!: string;

  @BoolField()
  done!: boolean;

  @InstantField({ optional: true })
  at?: string;
}

/** An erasure with its steps. */
export class ErasureDto {
  @UuidField()
  erasureId!: string;

  @UuidField()
  subjectId!: string;

  @EnumField(['ordered', 'waiting-for-restriction', 'destroying', 'unreadable'])
  state!: string;

  @EnumField(erasureGrounds)
  ground!: string;

  @ArrayField(oneOf(scopes))
  scopes!: readonly string[];

  @NestedField(() => RetainedScopeDto, { array: true })
  retained!: readonly RetainedScopeDto[];

  @NestedField(() => ErasedValueDto, {
    array: true,
    max: MAX_ERASED_VALUES,
    optional: true,
    description: 'Single values that go; then no scope ends.',
  })
  values?: readonly ErasedValueDto[];

  @NestedField(() => ErasureStepDto, { array: true })
  steps!: readonly ErasureStepDto[];
}

/** The same sentence in both languages. */
export class WordingDto {
  @TextField({ max: 1000 })
  fr!: string;

  @TextField({ max: 1000 })
  en!: string;
}

/** Where a fact stands in the ledger. */
export class CertifiedEventDto {
  @UuidField()
  eventId!: string;

  @TextField({ max: 200, example: 'keys-3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d' })
  stream!: string;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER })
  revision!: number;
}

/** A key that was destroyed. */
export class DestroyedKeyDto {
  @TextField({ max: 200, description: 'Id of the key.' })
  kid!: string;

  @TextField({ max: 200, description: 'Its fingerprint.' })
  fp!: string;
}

/** A scope whose keys are gone. */
export class DestroyedScopeDto {
  @EnumField(scopes)
  scope!: string;

  @EnumField(erasureTechniques)
  technique!: string;

  @NestedField(() => DestroyedKeyDto, { array: true, max: MANY })
  keys!: readonly DestroyedKeyDto[];

  @InstantField()
  destroyedAt!: string;

  @TextField({ max: 100, description: 'Who held the key-encryption keys.' })
  kekProvider!: string;

  @NestedField(() => CertifiedEventDto)
  event!: CertifiedEventDto;
}

/** A place from which the person's rows were removed. */
export class PurgedPlaceDto {
  @TextField({ max: 100 })
  purger!: string;

  @EnumField(erasureTechniques)
  technique!: string;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'How many rows.' })
  removed!: number;

  @InstantField()
  at!: string;
}

/** What the key-encryption keys are held by. */
export class KeyHolderDto {
  @TextField({ max: 100 })
  name!: string;

  @TextField({ max: 1000 })
  statement!: string;

  @BoolField({ description: 'Whether an administrator of the machine could copy the key material.' })
  exportable!: boolean;
}

/** What the controller declares to have destroyed and kept; every line stands in the ledger. */
export class ErasureCertificateDto {
  @ApiProperty({ enum: ['greffe-erasure-certificate/1'] })
  format!: string;

  @UuidField()
  erasureId!: string;

  @UuidField()
  subjectId!: string;

  @EnumField(['unreadable'])
  state!: string;

  @NestedField(() => WordingDto)
  wording!: WordingDto;

  @EnumField(erasureGrounds)
  ground!: string;

  @InstantField({ description: 'When the person asked.' })
  requestedAt!: string;

  @InstantField({ optional: true })
  orderedAt?: string;

  @NestedField(() => IdentityCheckDto)
  identityCheck!: IdentityCheckDto;

  @NestedField(() => DestroyedScopeDto, { array: true, max: MANY })
  destroyed!: readonly DestroyedScopeDto[];

  @NestedField(() => ErasedValueDto, {
    array: true,
    max: MAX_ERASED_VALUES,
    optional: true,
    description: 'Single values that went; everything else was sealed again before the keys died.',
  })
  values?: readonly ErasedValueDto[];

  @NestedField(() => CertifiedRetentionDto, { array: true })
  retained!: readonly CertifiedRetentionDto[];

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Refusals kept as suppressions.' })
  suppressionEntries!: number;

  @NestedField(() => PurgedPlaceDto, { array: true, max: MANY })
  purged!: readonly PurgedPlaceDto[];

  @NestedField(() => KeyHolderDto)
  keyEncryptionKeys!: KeyHolderDto;

  @NestedField(() => WordingDto, { description: 'What nobody can prove.' })
  notProven!: WordingDto;
}

/** How many entries of the suppression list block. */
export class SuppressionCountDto {
  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER })
  entries!: number;
}

/** What became of an opt-out list. */
export class SuppressionsImportedDto {
  @IntField({ min: 1, max: 500 })
  received!: number;

  @IntField({ min: 0, max: 500, description: 'New ones; the rest was there already.' })
  entered!: number;
}
