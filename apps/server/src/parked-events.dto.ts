import {
  ArrayField,
  BoolField,
  InstantField,
  IntField,
  NestedField,
  text,
  TextField,
  UuidField,
} from '#http';

const COUNT = { min: 0, max: Number.MAX_SAFE_INTEGER } as const;

/** An event that a read model could not take, or that waits behind one. */
export class ParkedEventDto {
  @UuidField()
  eventId!: string;

  @TextField({ max: 200 })
  position!: string;

  @TextField({ max: 200 })
  stream!: string;

  @IntField(COUNT)
  revision!: number;

  @TextField({ max: 100, example: 'ConsentGiven' })
  type!: string;

  @ArrayField(text({ max: 200 }), { description: 'Subjects and streams it holds back.' })
  concerned!: readonly string[];

  @TextField({ max: 1000, description: 'Why, without personal data.' })
  reason!: string;

  @BoolField({ description: 'It is sound itself and waits behind another event of the same subject.' })
  isWaiting!: boolean;

  @InstantField()
  parkedAt!: string;
}

/** Every parked event of a read model. */
export class ParkedEventsDto {
  @NestedField(() => ParkedEventDto, { array: true, max: 100_000 })
  items!: ParkedEventDto[];
}

/** A parked event that was tried again. */
export class ParkedEventRetriedDto {
  @UuidField()
  eventId!: string;

  @BoolField({ description: 'Whether nothing of it is parked any more.' })
  done!: boolean;
}
