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
import { erasureGrounds, restrictionGrounds, scopes } from '#kernel';
import { waysOfTelling } from '#register/contract';
import { MAX_ERASED_VALUES, recipientFailures, recipientOutcomes } from '../contract.js';

const retentionGrounds = [
  'legal-obligation',
  'legal-claims',
  'legal-hold',
  'restriction',
  'objection-list',
] as const;

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

/** So many recipients may be told of one erasure. */
export const MANY_RECIPIENTS = 1000;

/** A recipient that is told of an erasure (Art. 19). */
export class RecipientLineDto {
  @UuidField()
  recipientId!: string;

  @EnumField(['prepared', 'informed', 'acknowledged', 'late', 'failed'])
  state!: string;

  @EnumField(waysOfTelling, { description: 'Its system asks, or staff tell it.' })
  howTold!: string;

  @DayField({ description: 'Day by which it must answer.' })
  dueBy!: string;

  @InstantField({ optional: true })
  informedAt?: string;

  @InstantField({ optional: true })
  acknowledgedAt?: string;

  @EnumField(recipientOutcomes, { optional: true })
  outcome?: string;

  @InstantField({ optional: true })
  failedAt?: string;

  @EnumField(recipientFailures, { optional: true })
  failure?: string;
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

  @EnumField(['ordered', 'waiting-for-restriction', 'destroying', 'unreadable', 'erased', 'completed'])
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

  @NestedField(() => RecipientLineDto, { array: true, max: MANY_RECIPIENTS })
  recipients!: readonly RecipientLineDto[];

  @NestedField(() => ErasureStepDto, { array: true })
  steps!: readonly ErasureStepDto[];
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

  @IntField({
    min: 0,
    max: 1_000_000,
    description: 'People who have one of the addresses; it counts for each.',
  })
  matched!: number;
}
