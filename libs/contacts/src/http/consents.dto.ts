import { ApiProperty } from '@nestjs/swagger';
import { channels, indicators } from '#kernel';
import {
  ArrayField,
  BoolField,
  EnumField,
  InstantField,
  IntField,
  KnownAsDto,
  NestedField,
  PageQuery,
  slug,
  TextField,
  uuid,
  UuidField,
} from '#http';
import { EvidenceRefDto, TimelineEntryDto } from './timeline.dto.js';

/** The consents of a person, now or on a past day. */
export class ConsentsQueryDto extends PageQuery {
  @InstantField({ optional: true, notFuture: true, description: 'The day that is judged; now if absent.' })
  at?: string;

  @InstantField({ optional: true, notFuture: true, description: 'What the ledger knew then.' })
  knownAs?: string;
}

/** Who ended a consent. */
export class ConsentEnderDto {
  @EnumField(['subject', 'operator', 'service', 'system'], { example: 'operator' })
  kind!: string;

  @UuidField({ description: 'Pseudonym.' })
  ref!: string;
}

/** A consent ended otherwise than by a “no” of the person. */
export class ConsentEndingDto {
  @EnumField(['expired', 'revoked', 'invalidated'])
  state!: string;

  @InstantField({
    description: 'When it took effect; one that never was valid counted on no day, whenever that was found.',
  })
  at!: string;

  @InstantField()
  recordedAt!: string;

  @UuidField()
  eventId!: string;

  @NestedField(() => ConsentEnderDto)
  by!: ConsentEnderDto;

  @ArrayField(slug(), {
    description: 'Why it was revoked, or which conditions of validity it never met.',
    example: ['not-informed'],
  })
  reasons!: readonly string[];
}

/** A consent with what has become of it. */
export class ConsentSummaryDto {
  @UuidField()
  consentId!: string;

  @UuidField()
  purposeId!: string;

  @EnumField(channels)
  channel!: string;

  @UuidField()
  controllerId!: string;

  @EnumField([
    'given',
    'expired',
    'revoked',
    'invalidated',
    'renewed',
    'refused',
    'withdrawn',
    'objected',
    'objected-on-grounds',
    'suppressed',
  ])
  state!: string;

  @InstantField()
  givenAt!: string;

  @InstantField()
  recordedAt!: string;

  @InstantField({ optional: true })
  validUntil?: string;

  @InstantField({ optional: true, description: 'When it ended or was renewed.' })
  endedAt?: string;

  @UuidField({
    optional: true,
    description: 'The event that ended or renewed it; absent of one whose stated end is not marked yet.',
  })
  endedBy?: string;

  @NestedField(() => ConsentEndingDto, {
    array: true,
    description: 'How it ended of itself: by its stated end, by another than the person, or as never valid.',
  })
  endings!: readonly ConsentEndingDto[];

  @EnumField(['strong', 'adequate', 'weak', 'undemonstrable'])
  proofGrade!: string;

  @ArrayField(slug(), { description: 'What the proof lacks.', example: ['technical-trace'] })
  missing!: readonly string[];

  @UuidField()
  eventId!: string;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Revision in the stream of consents.' })
  revision!: number;
}

/** A slot in which the person accepts to be called. */
export class AcceptedSlotDto {
  @InstantField()
  from!: string;

  @InstantField()
  to!: string;
}

/** A consent with its whole proof: the facts as they were recorded. */
export class ConsentRecordDto extends ConsentSummaryDto {
  @UuidField({ description: 'The act by which it was given, with others perhaps.' })
  actId!: string;

  @UuidField()
  subjectId!: string;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Revision of the purpose as it stood.' })
  purposeRevision!: number;

  @UuidField({ optional: true, description: 'Third party that collected it.' })
  collectorId?: string;

  @ArrayField(uuid(), { description: 'Addresses and numbers it covers.' })
  contactPointIds!: readonly string[];

  @ArrayField(slug(), { optional: true })
  goodsNature?: readonly string[];

  @ArrayField(uuid(), { description: 'Recipients named to the person.' })
  namedRecipientIds!: readonly string[];

  @EnumField(['expressed', 'explicit'])
  consentType!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description:
      'Form, notice, words and expression; the shape is that of `ConsentGiven` in `GET /v1/event-types`.',
  })
  proof!: object;

  @EnumField(indicators)
  indicatedBy!: string;

  @EnumField(['not-asserted', 'adult', 'minor-15-or-over', 'under-15'])
  age!: string;

  @NestedField(() => EvidenceRefDto, { optional: true })
  parentalConsent?: EvidenceRefDto;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Where it came from.' })
  source!: object;

  @InstantField({ description: 'When the person gave it.' })
  occurredAt!: string;

  @InstantField({ optional: true, description: 'When its form was served, where the ledger can say so.' })
  servedAt?: string;

  @NestedField(() => AcceptedSlotDto, { array: true, optional: true })
  acceptedSlots?: readonly AcceptedSlotDto[];

  @NestedField(() => EvidenceRefDto, { array: true, optional: true })
  evidence?: readonly EvidenceRefDto[];
}

/** The instant that is judged, and what was known. */
export class JudgedDto {
  @UuidField()
  subjectId!: string;

  @BoolField({ description: 'The identity is erased; told to auditors and data protection officers.' })
  erased!: boolean;

  @BoolField({ description: 'An event of this person could not be read: treat every answer as no.' })
  parked!: boolean;

  @InstantField()
  at!: string;

  @NestedField(() => KnownAsDto, { optional: true })
  knownAs?: KnownAsDto;
}

/** A page of consents, newest first. */
export class ConsentsDto extends JudgedDto {
  @NestedField(() => ConsentSummaryDto, { array: true })
  items!: readonly ConsentSummaryDto[];

  @TextField({ max: 500, optional: true })
  next?: string;
}

/** One consent with its whole proof and every act that bears on it. */
export class ConsentDetailDto extends JudgedDto {
  @NestedField(() => ConsentRecordDto)
  consent!: ConsentRecordDto;

  @NestedField(() => TimelineEntryDto, { array: true, description: 'Oldest first.' })
  history!: readonly TimelineEntryDto[];
}
