import { channels } from '#kernel';
import {
  ArrayField,
  BoolField,
  EnumField,
  InstantField,
  IntField,
  NestedField,
  PageQuery,
  slug,
  TextField,
  UuidField,
} from '#http';
import { KnownAsDto } from './contact-state.dto.js';
import { TimelineEntryDto } from './timeline.dto.js';

/** The consents of a person, now or on a past day. */
export class ConsentsQueryDto extends PageQuery {
  @InstantField({ optional: true, notFuture: true, description: 'The day that is judged; now if absent.' })
  at?: string;

  @InstantField({ optional: true, notFuture: true, description: 'What the ledger knew then.' })
  knownAs?: string;
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

  @EnumField(['given', 'expired', 'renewed', 'refused', 'withdrawn', 'objected', 'objected-on-grounds'])
  state!: string;

  @InstantField()
  givenAt!: string;

  @InstantField()
  recordedAt!: string;

  @InstantField({ optional: true })
  validUntil?: string;

  @InstantField({ optional: true, description: 'When it ended or was renewed.' })
  endedAt?: string;

  @UuidField({ optional: true, description: 'The event that ended or renewed it.' })
  endedBy?: string;

  @EnumField(['strong', 'adequate', 'weak', 'undemonstrable'])
  proofGrade!: string;

  @ArrayField(slug(), { description: 'What the proof lacks.', example: ['technical-trace'] })
  missing!: readonly string[];

  @UuidField()
  eventId!: string;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'Revision in the stream of consents.' })
  revision!: number;
}

/** The instant that is judged, and what was known. */
class JudgedDto {
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
  @NestedField(() => ConsentSummaryDto)
  consent!: ConsentSummaryDto;

  @NestedField(() => TimelineEntryDto, { array: true, description: 'Oldest first.' })
  history!: readonly TimelineEntryDto[];
}
