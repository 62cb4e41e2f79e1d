import { contactPointKinds } from '#kernel';
import { ArrayField, EnumField, NestedField, SlugField, TextField, uuid, UuidField } from '#http';

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
