import { contactPointKinds } from '#kernel';
import { ArrayField, DayField, EnumField, NestedField, SlugField, TextField, uuid, UuidField } from '#http';
import { lookReasons, type LookReason } from '../contract.js';
import { LookUpItemDto } from './subjects.dto.js';

/** Who was found by one value. */
export class FoundDto {
  @ArrayField(uuid(), { max: 500, description: 'Nobody if empty.' })
  subjectIds!: readonly string[];
}

/** Who was found, value by value in the order of the request. */
export class FoundBatchDto {
  @NestedField(() => FoundDto, { array: true, max: 500 })
  items!: readonly FoundDto[];
}

/** A contact point with its value in clear. */
export class RevealedContactDto {
  @UuidField()
  contactPointId!: string;

  @EnumField(contactPointKinds)
  kind!: string;

  @SlugField({ optional: true, description: 'System of an external id.' })
  system?: string;

  @TextField({ max: 500, example: 'camille.martin@courrier.example' })
  value!: string;
}

/** Personal values of one person. */
export class RevealedDto {
  @UuidField()
  subjectId!: string;

  @NestedField(() => RevealedContactDto, { array: true, max: 500 })
  contactPoints!: readonly RevealedContactDto[];
}

/** Whose retained proof is looked for, and why. */
export class ArchiveLookUpDto {
  @NestedField(() => LookUpItemDto)
  contact!: LookUpItemDto;

  @EnumField(lookReasons, { example: 'data-subject-request' })
  reason!: LookReason;
}

/** Somebody of whom an erasure retained proof. */
export class ArchivedSubjectDto {
  @UuidField()
  subjectId!: string;

  @DayField({ description: 'Day on which the last of what is retained goes.' })
  until!: string;
}

/** Of whom proof is retained under a value. */
export class ArchiveFoundDto {
  @NestedField(() => ArchivedSubjectDto, { array: true, description: 'Nobody if empty.' })
  subjects!: readonly ArchivedSubjectDto[];
}
