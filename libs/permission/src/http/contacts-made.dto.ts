import { channels, type Channel } from '#kernel';
import {
  AckDto,
  BoolField,
  EnumField,
  Field,
  InstantField,
  IntField,
  list,
  NestedField,
  oneOf,
  orCode,
  RowAnswerDto,
  TextField,
  UuidField,
} from '#http';
import {
  contactOutcomes,
  releaseReasons,
  type ContactOutcome,
  type ReleaseReason,
} from '#solicitation/contract';

/** Rows of one request. */
const MAX_ROWS = 500;

/** How far a spoken "stop" goes beyond the purpose and the channel of the contact. */
export class StopDto {
  @TextField({ max: 200, optional: true, description: 'A purpose, `all`, or its wording.', example: 'all' })
  purposeId?: string;

  @Field(orCode(list(oneOf(channels), { min: 1, max: channels.length, unique: true }), ['all']), {
    optional: true,
    example: 'all',
  })
  channels?: 'all' | Channel[];

  @UuidField({ optional: true, description: 'One data controller only; every one if absent.' })
  controllerId?: string;
}

/** A contact that was made, or tried. */
export class ContactMadeDto {
  @UuidField()
  subjectId!: string;

  @UuidField({ description: 'The professional on whose account it counts, whoever made it.' })
  controllerId!: string;

  @TextField({
    max: 200,
    description:
      'The purpose. Where the person asked to stop, its wording will do: an unknown one is kept sealed and blocks like `all`.',
    example: '2d9f4b7a-6c1e-4e8b-a3d5-0f1b2c3d4e5f',
  })
  purposeId!: string;

  @EnumField(channels, { example: 'phone-human' })
  channel!: Channel;

  @UuidField({
    optional: true,
    description:
      'Your id of this contact, from its reservation to its end: saying the same again then records nothing. Needed, unless the person asked to stop.',
    example: '7c1d9e52-4b3a-4f60-8e2d-1a5b6c7d8e9f',
  })
  attemptId?: string;

  @UuidField({ optional: true, description: 'The number or address that was used.' })
  contactPointId?: string;

  @EnumField(contactOutcomes, {
    description: 'How it ended. `asked-to-stop` withdraws in the same act, and is never declined.',
    example: 'no-answer',
  })
  outcome!: ContactOutcome;

  @UuidField({ optional: true, description: 'The call centre or agency that made it.' })
  onBehalfOfId?: string;

  @InstantField({ optional: true, description: 'When it was made; now if absent. The future is declined.' })
  occurredAt?: string;

  @NestedField(() => StopDto, {
    optional: true,
    description: 'Only with `asked-to-stop`: what is to stop beyond this purpose on this channel.',
  })
  stop?: StopDto;
}

/** The recorded contact. */
export class ContactRecordedDto extends AckDto {
  @UuidField()
  attemptId!: string;

  @BoolField({ description: 'The person asked to stop, and that stands as a withdrawal.', example: false })
  stopped!: boolean;
}

/** Contacts with many people. */
export class ContactsMadeDto {
  @NestedField(() => ContactMadeDto, { array: true, min: 1, max: MAX_ROWS })
  contacts!: ContactMadeDto[];
}

/** What became of one row. */
export class ContactRowAnswerDto extends RowAnswerDto {
  @UuidField({ optional: true })
  attemptId?: string;

  @BoolField({ optional: true, example: false })
  stopped?: boolean;

  @IntField({
    min: 0,
    max: 9,
    optional: true,
    description: 'New events; 0 if it was said before.',
    example: 1,
  })
  appended?: number;
}

/** What became of a batch, row by row in its order. */
export class ContactsMadeAnswerDto {
  @IntField({ min: 0, max: 9 * MAX_ROWS, description: 'New events.' })
  appended!: number;

  @IntField({ min: 0, max: MAX_ROWS, description: 'Rows that were declined.' })
  declined!: number;

  @NestedField(() => ContactRowAnswerDto, { array: true })
  rows!: readonly ContactRowAnswerDto[];
}

/** A reserved contact that was not made. */
export class ReleaseReservationDto {
  @UuidField()
  subjectId!: string;

  @EnumField(releaseReasons)
  reason!: ReleaseReason;
}
