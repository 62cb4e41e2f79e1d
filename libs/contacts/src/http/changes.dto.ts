import { ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayField,
  BoolField,
  EnumField,
  InstantField,
  IntField,
  NestedField,
  oneOf,
  TextField,
  uuid,
  UuidField,
} from '#http';
import { changeTypes } from '../domain/change.js';

/** Which part of the change feed, and how long to wait for it. */
export class ChangesQueryDto {
  @TextField({
    max: 500,
    optional: true,
    description: '`next` of the page before; `now` for what comes from now on; the whole history if absent.',
    example: 'now',
  })
  after?: string;

  @ArrayField(oneOf(changeTypes), {
    optional: true,
    min: 1,
    max: changeTypes.length,
    unique: true,
    example: ['ConsentWithdrawn'],
  })
  types?: string[];

  @IntField({ min: 1, max: 500, fallback: 100 })
  limit!: number;

  @IntField({ min: 0, max: 25, fallback: 0, description: 'Seconds to wait for a first change.' })
  wait!: number;
}

/** Who acted, by pseudonym. */
export class ChangeActorDto {
  @EnumField(['subject', 'operator', 'service', 'system'], { example: 'service' })
  kind!: string;

  @UuidField()
  ref!: string;
}

/** One event of the ledger, without personal values. */
export class ChangeDto {
  @TextField({ max: 500, description: 'Place after this change: `after` of a request.' })
  cursor!: string;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Place in the ledger; rises, with gaps.' })
  index!: number;

  @UuidField()
  eventId!: string;

  @EnumField(changeTypes)
  type!: string;

  @TextField({ max: 64, example: 'consent-3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d' })
  stream!: string;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER })
  revision!: number;

  @BoolField({
    description: 'The event could not be kept in readable form; look at its stream’s subject anew.',
  })
  unreadable!: boolean;

  @TextField({
    max: 100,
    optional: true,
    description: 'Shape of `data`, as recorded: see `GET /v1/event-types`.',
    example: 'consent.ConsentWithdrawn/1',
  })
  schema?: string;

  @InstantField({ optional: true, description: 'When the ledger recorded it.' })
  recordedAt?: string;

  @NestedField(() => ChangeActorDto, { optional: true })
  actor?: ChangeActorDto;

  @ArrayField(uuid(), { optional: true, description: 'Data subjects that it is about.' })
  subjectIds?: readonly string[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description:
      'The facts as they were recorded, in the shape that `schema` names; personal values are sealed.',
  })
  data?: unknown;
}

/** A part of the change feed. */
export class ChangesDto {
  @NestedField(() => ChangeDto, { array: true })
  items!: readonly ChangeDto[];

  @TextField({ max: 500, description: '`after` of the next request; also where nothing was found.' })
  next!: string;

  @BoolField({ description: 'Nothing follows yet: ask again with `wait`.' })
  upToDate!: boolean;
}
