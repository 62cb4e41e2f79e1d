import { ApiProperty } from '@nestjs/swagger';
import { scopes } from '#kernel';
import {
  BoolField,
  EnumField,
  InstantField,
  IntField,
  NestedField,
  PageQuery,
  TextField,
  UuidField,
} from '#http';

/** Which part of a timeline. */
export class TimelineQueryDto extends PageQuery {
  @EnumField(['asc', 'desc'], {
    fallback: 'desc',
    description: 'Newest first, or in the order of the ledger.',
  })
  order!: 'asc' | 'desc';
}

/** Who acted; names are sealed and read by nobody through a timeline. */
export class ActorDto {
  @EnumField(['subject', 'operator', 'service', 'system'], { example: 'operator' })
  kind!: string;

  @UuidField({ description: 'Pseudonym.' })
  ref!: string;

  @TextField({ max: 50, example: 'a member of staff' })
  label!: string;
}

/** Where sealed evidence stands. */
export class EvidenceRefDto {
  @EnumField(['sealed', 'external'])
  kind!: string;

  @EnumField(scopes)
  scope!: string;

  @UuidField()
  eventId!: string;
}

/** One event of a timeline. */
export class TimelineEntryDto {
  @UuidField()
  eventId!: string;

  @TextField({ max: 50, example: 'ConsentWithdrawn' })
  type!: string;

  @TextField({
    max: 2000,
    description: 'In the language of `Accept-Language`.',
    example: 'The person withdrew consent to contact by e-mail for the purpose “Newsletter”.',
  })
  sentence!: string;

  @NestedField(() => ActorDto)
  who!: ActorDto;

  @InstantField({ description: 'When it happened, as claimed.' })
  occurredAt!: string;

  @InstantField({ description: 'When the ledger recorded it.' })
  recordedAt!: string;

  @TextField({ max: 64, example: 'consent-3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d' })
  stream!: string;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER })
  revision!: number;

  @NestedField(() => EvidenceRefDto, { array: true })
  evidence!: readonly EvidenceRefDto[];

  @TextField({ max: 200, description: 'Place of the act in the ledger.' })
  token!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'The facts as they were recorded; their shape is in `GET /v1/event-types`.',
  })
  data!: unknown;
}

/** A page of a timeline. */
export class TimelineDto {
  @UuidField()
  subjectId!: string;

  @BoolField({ description: 'The identity is erased; told to auditors and data protection officers.' })
  erased!: boolean;

  @BoolField({ description: 'An event of this person could not be read: the timeline is incomplete.' })
  parked!: boolean;

  @NestedField(() => TimelineEntryDto, { array: true })
  items!: readonly TimelineEntryDto[];

  @TextField({ max: 500, optional: true, description: '`cursor` of the next page; absent on the last.' })
  next?: string;
}
