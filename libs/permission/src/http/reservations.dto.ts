import { channels, type Channel } from '#kernel';
import { BoolField, EnumField, InstantField, IntField, NestedField, TextField, UuidField } from '#http';
import { reservationLife } from '#solicitation';
import { MessageDto } from './check.dto.js';
import { ReasonDto } from './permission.dto.js';

/** A place for one contact that is about to be made. */
export class ReserveContactDto {
  @UuidField()
  subjectId!: string;

  @UuidField()
  purposeId!: string;

  @UuidField({ description: 'On whose behalf the person is contacted.' })
  controllerId!: string;

  @EnumField(channels, { example: 'phone-human' })
  channel!: Channel;

  @UuidField({
    description: 'Your id of this contact, from its reservation to its end.',
    example: '5d2c1b0a-4e3f-4a5b-8c6d-7e8f9a0b1c2d',
  })
  attemptId!: string;

  @UuidField({ optional: true, description: 'The number or address that will be used.' })
  contactPointId?: string;

  @NestedField(() => MessageDto, { optional: true })
  message?: MessageDto;

  @IntField({
    min: reservationLife.minMinutes,
    max: reservationLife.maxMinutes,
    fallback: reservationLife.defaultMinutes,
    description: 'How long the place is held, in minutes.',
  })
  minutes!: number;
}

/** The place that is held, or everything that stands against the contact. */
export class ReservedContactDto {
  @BoolField({ description: 'Whether the contact may be made.' })
  reserved!: boolean;

  @UuidField()
  attemptId!: string;

  @InstantField({ optional: true, description: 'When the place is given up by itself.' })
  expiresAt?: string;

  @NestedField(() => ReasonDto, { array: true, description: 'Empty where it is reserved.' })
  reasons!: readonly ReasonDto[];

  @IntField({ min: 0, max: 1, description: 'New events: none where it is not reserved, or was before.' })
  appended!: number;

  @TextField({ max: 200, optional: true })
  token?: string;
}
