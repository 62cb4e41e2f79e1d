import { contactPointKinds } from '#kernel';
import { lookReasons } from '#subjects/contract';
import {
  ArrayField,
  BoolField,
  EnumField,
  InstantField,
  IntField,
  NestedField,
  oneOf,
  PageQuery,
  TextField,
  uuid,
  UuidField,
} from '#http';
import { ActorDto } from './timeline.dto.js';

/** Which looks, newest first. */
export class AccessLogQueryDto extends PageQuery {
  @UuidField({ optional: true, description: 'Looks at this person.' })
  subjectId?: string;

  @UuidField({ optional: true, description: 'Looks by this actor.' })
  actorId?: string;

  @InstantField({ optional: true, description: 'Recorded at or after.' })
  from?: string;

  @InstantField({ optional: true, description: 'Recorded before.' })
  to?: string;
}

/** One look at personal data. */
export class LookDto {
  @UuidField()
  eventId!: string;

  @EnumField(['look-up', 'archive-look-up', 'reveal'])
  kind!: string;

  @NestedField(() => ActorDto)
  who!: ActorDto;

  @InstantField()
  recordedAt!: string;

  @ArrayField(oneOf(contactPointKinds), { description: 'What was looked for, or read.' })
  fields!: readonly string[];

  @EnumField(lookReasons, { optional: true })
  reason?: string;

  @UuidField({ optional: true })
  requestId?: string;

  @IntField({ min: 1, max: 500, description: 'Values looked for.' })
  items!: number;

  @ArrayField(uuid(), { description: 'Whom the look found or showed.' })
  subjectIds!: readonly string[];

  @TextField({ max: 200 })
  token!: string;
}

/** A page of the access log. */
export class AccessLogDto {
  @BoolField({ description: 'A look could not be read: the log is incomplete.' })
  parked!: boolean;

  @NestedField(() => LookDto, { array: true })
  items!: readonly LookDto[];

  @TextField({ max: 500, optional: true, description: '`cursor` of the next page; absent on the last.' })
  next?: string;
}
