import {
  AckDto,
  ArrayField,
  BoolField,
  EnumField,
  InstantField,
  IntField,
  NestedField,
  uuid,
  UuidField,
} from '#http';
import { erasureGrounds, type ErasureGround } from '#kernel';
import { initiators, MAX_ERASED_VALUES } from '../contract.js';
import type { Initiator } from '../domain/restriction-rules.js';
import { BlockingRestrictionDto, ErasedValueDto } from './erasure-answers.dto.js';
import { IdentityCheckDto } from './rights.dto.js';

/** The erasure of single values (Art. 17): an old number, a name that was rectified. Everything else stays. */
export class OrderValueErasureDto {
  @EnumField(erasureGrounds, { example: 'no-longer-necessary' })
  ground!: ErasureGround;

  @EnumField(initiators, { fallback: 'data-subject' })
  initiator!: Initiator;

  @NestedField(() => IdentityCheckDto)
  identityCheck!: IdentityCheckDto;

  @ArrayField(uuid(), {
    min: 1,
    max: MAX_ERASED_VALUES,
    unique: true,
    description: 'Contact points whose values go; also ones that were replaced or removed before.',
  })
  contactPointIds!: string[];

  @BoolField({
    fallback: false,
    description: 'The person confirmed that erasure goes before the restriction they asked for.',
  })
  confirmsOverRestriction!: boolean;

  @BoolField({ fallback: false, description: 'Only say what would go.' })
  dryRun!: boolean;

  @UuidField({ optional: true })
  requestId?: string;

  @InstantField({ optional: true, notFuture: true, description: 'When the person asked.' })
  requestedAt?: string;
}

/** An erasure of single values that was ordered. Its state and certificate are those of any erasure. */
export class ValueErasureOrderedDto extends AckDto {
  @UuidField()
  erasureId!: string;

  @NestedField(() => ErasedValueDto, { array: true, max: MAX_ERASED_VALUES })
  values!: readonly ErasedValueDto[];
}

/** What an erasure of single values would do; nothing was recorded. */
export class ValueErasureDryRunDto {
  @BoolField()
  dryRun!: boolean;

  @NestedField(() => ErasedValueDto, { array: true, max: MAX_ERASED_VALUES })
  values!: readonly ErasedValueDto[];

  @ArrayField(uuid(), { description: 'Contact points by which the person can still be reached or found.' })
  remaining!: readonly string[];

  @NestedField(() => BlockingRestrictionDto, { array: true })
  blockedBy!: readonly BlockingRestrictionDto[];

  @IntField({
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description: 'Refusals that would be kept as suppressions of these addresses.',
  })
  standingNos!: number;
}
