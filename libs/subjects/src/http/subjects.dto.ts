import { audiences, contactPointKinds, sourceKinds, type Personal } from '#kernel';
import {
  AckDto,
  ArrayField,
  BoolField,
  EnumField,
  InstantField,
  NestedField,
  oneOf,
  PersonalField,
  SlugField,
  TextField,
  uuid,
  UuidField,
} from '#http';
import {
  contactPointUses,
  lookReasons,
  revealableFields,
  type LookReason,
  type RevealableField,
} from '../contract.js';
import type { ContactInput } from '../application/contact-values.js';
import type { OnMatch } from '../application/subject-registration.js';
import type { Registration } from '../application/subject.commands.js';

const MAX_VALUE = 500;
const TIME_ZONE = /^[A-Za-z]+(\/[A-Za-z0-9_+-]+)*$/;

/** A contact point with its value in clear; it is sealed before anything is recorded. */
export class ContactPointDto {
  @EnumField(contactPointKinds, { example: 'email' })
  kind!: ContactInput['kind'];

  @PersonalField({ max: MAX_VALUE, example: 'camille.martin@courrier.example' })
  value!: Personal<string>;

  @SlugField({ optional: true, description: 'System of an external id.', example: 'crm' })
  system?: string;

  @EnumField(contactPointUses, { fallback: 'unknown', description: 'Whose address or line it is.' })
  use!: NonNullable<ContactInput['use']>;

  @TextField({
    max: 64,
    pattern: TIME_ZONE,
    optional: true,
    description: 'IANA zone of the person.',
    example: 'Europe/Paris',
  })
  timeZone?: string;
}

/** Where a contact came from. */
export class SubjectSourceDto {
  @EnumField(sourceKinds, { example: 'shop' })
  kind!: Registration['source']['kind'];

  @SlugField({ optional: true, example: 'automne-2026' })
  campaignId?: string;

  @UuidField({ optional: true })
  importId?: string;
}

/** Registration of a data subject. */
export class RegisterSubjectDto {
  @NestedField(() => ContactPointDto, { array: true, min: 1, max: 20 })
  contactPoints!: ContactPointDto[];

  @EnumField(audiences, { example: 'consumer' })
  audience!: Registration['audience'];

  @EnumField(['direct', 'indirect'], {
    fallback: 'direct',
    description: 'From the person (Art. 13) or from elsewhere (Art. 14).',
  })
  collection!: Registration['collection'];

  @NestedField(() => SubjectSourceDto)
  source!: SubjectSourceDto;

  @EnumField(['reuse-single', 'create-and-link'], {
    fallback: 'reuse-single',
    description: 'What to do if an address is known: take the single match, or create and link.',
  })
  onMatch!: OnMatch;

  @InstantField({
    optional: true,
    notFuture: true,
    description: 'When the contact was collected; now if absent.',
  })
  occurredAt?: string;
}

/** Who the registration led to. */
export class RegisteredDto extends AckDto {
  @UuidField()
  subjectId!: string;

  @BoolField({ description: 'Whether a new data subject was created.' })
  created!: boolean;

  @ArrayField(uuid(), {
    optional: true,
    description: 'Others who share an address; only with `subjects:lookup`.',
  })
  matches?: string[];
}

/** A further contact point. */
export class AddContactPointDto extends ContactPointDto {
  @InstantField({ optional: true, notFuture: true })
  occurredAt?: string;
}

/** A contact point that takes the place of an inaccurate one (Art. 16). */
export class RectifyContactPointDto extends ContactPointDto {
  @UuidField({ description: 'The contact point that is replaced.' })
  replaces!: string;

  @EnumField(['inaccurate', 'outdated', 'incomplete'])
  reason!: 'inaccurate' | 'outdated' | 'incomplete';

  @UuidField({ optional: true, description: 'The request of the person, if there was one.' })
  requestId?: string;

  @InstantField({ optional: true, notFuture: true })
  occurredAt?: string;
}

/** Removal of a contact point. */
export class RemoveContactPointDto {
  @EnumField(['no-longer-used', 'never-belonged', 'unreachable', 'asked-by-subject'])
  reason!: 'no-longer-used' | 'never-belonged' | 'unreachable' | 'asked-by-subject';

  @InstantField({ optional: true, notFuture: true })
  occurredAt?: string;
}

/** The changed contact point. */
export class ContactPointChangedDto extends AckDto {
  @UuidField()
  contactPointId!: string;
}

const relations = ['shares-contact-point', 'same-person', 'household', 'representative-of'] as const;

/** A relation to another data subject; never a merge. */
export class LinkDto {
  @UuidField()
  otherSubjectId!: string;

  @EnumField(relations)
  relation!: (typeof relations)[number];

  @InstantField({ optional: true, notFuture: true })
  occurredAt?: string;
}

/** A value that is looked for. */
export class LookUpItemDto {
  @EnumField(contactPointKinds, { example: 'email' })
  kind!: ContactInput['kind'];

  @PersonalField({ max: MAX_VALUE, example: 'camille.martin@courrier.example' })
  value!: Personal<string>;

  @SlugField({ optional: true, description: 'System of an external id.' })
  system?: string;
}

/** Values that are looked for. */
export class LookUpDto {
  @NestedField(() => LookUpItemDto, { array: true, min: 1, max: 500 })
  items!: LookUpItemDto[];
}

/** What somebody wants to see of a person, and why. */
export class RevealDto {
  @ArrayField(oneOf(revealableFields), { min: 1, max: 5, unique: true })
  fields!: RevealableField[];

  @EnumField(lookReasons, { example: 'customer-request' })
  reason!: LookReason;

  @UuidField({ optional: true })
  requestId?: string;
}
