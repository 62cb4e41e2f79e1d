import {
  audiences,
  channels,
  indicators,
  type Audience,
  type Channel,
  type Indicator,
  type Personal,
} from '#kernel';
import type { ConsentGiven } from '#consent/contract';
import { EvidenceDto, FormVersionDto, RecordedConsentDto, SayNoDto, SourceDto } from '#consent';
import {
  ArrayField,
  BoolField,
  EnumField,
  InstantField,
  IntField,
  NestedField,
  oneOf,
  PersonalField,
  SlugField,
  TextField,
  UuidField,
} from '#http';
import { claimableKinds, type ClaimableKind } from '#subject-keys';
import { ContactPointDto } from '#subjects';
import { ConfirmationDto } from './consent-requests.dto.js';

const MAX_VALUE = 500;

/** One answer of a submitted form. */
export class CaptureChoiceDto {
  @UuidField()
  purposeId!: string;

  @ArrayField(oneOf(channels), { min: 1, max: channels.length, unique: true, example: ['email'] })
  channels!: Channel[];

  @EnumField(['given', 'refused', 'not-answered'])
  choice!: 'given' | 'refused' | 'not-answered';
}

/** A submitted sign-up form. */
export class CaptureDto {
  @NestedField(() => ContactPointDto, { array: true, min: 1, max: 20 })
  contactPoints!: ContactPointDto[];

  @NestedField(() => FormVersionDto, { description: 'The form as it was shown.' })
  formVersion!: FormVersionDto;

  @TextField({
    max: 300,
    optional: true,
    description: 'From `POST /v1/served-tokens`: proof of when the form was shown.',
  })
  servedToken?: string;

  @NestedField(() => CaptureChoiceDto, {
    array: true,
    min: 1,
    max: 50,
    description: 'Every choice that the form offered, answered or not; each purpose and channel once.',
  })
  choices!: CaptureChoiceDto[];

  @EnumField(audiences, { fallback: 'consumer', description: 'For a new person; the strictest if absent.' })
  audience!: Audience;

  @EnumField(indicators, { fallback: 'data-subject' })
  indicatedBy!: Indicator;

  @EnumField(['not-asserted', 'adult', 'minor-15-or-over', 'under-15'], { fallback: 'not-asserted' })
  ageAssertion!: ConsentGiven['age'];

  @NestedField(() => SourceDto)
  source!: SourceDto;

  @NestedField(() => EvidenceDto, { optional: true })
  evidence?: EvidenceDto;

  @InstantField({
    optional: true,
    notFuture: true,
    description: 'When the form was submitted; now if absent.',
  })
  occurredAt?: string;
}

/** A recorded sign-up. A credential that only records choices gets the first three members, whoever is known already. */
export class CapturedDto {
  @UuidField({ description: 'Id of the act, for the form’s own records.' })
  captureId!: string;

  @IntField({ min: 0, max: 201, description: 'Events of this act: the form, and each answer.', example: 2 })
  appended!: number;

  @NestedField(() => ConfirmationDto, {
    optional: true,
    description:
      'Where the form is `double-opt-in` and says yes to something: to be sent to its first mailbox.',
  })
  confirmation?: ConfirmationDto;

  @UuidField({ optional: true, description: 'Only with `subjects:read`, as all that follows.' })
  subjectId?: string;

  @BoolField({ optional: true, description: 'Whether a new data subject was registered.' })
  created?: boolean;

  @TextField({ max: 200, optional: true })
  token?: string;

  @TextField({ max: 64, optional: true })
  stream?: string;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, optional: true })
  revision?: number;

  @NestedField(() => RecordedConsentDto, { array: true, optional: true })
  consents?: readonly RecordedConsentDto[];
}

/** The address that a "no" came from. */
export class UnwantedContactDto {
  @EnumField(claimableKinds, { example: 'email' })
  kind!: ClaimableKind;

  @PersonalField({ max: MAX_VALUE, example: 'camille.martin@courrier.example' })
  value!: Personal<string>;

  @SlugField({ optional: true, description: 'System of an external id.' })
  system?: string;
}

/** A withdrawal by address: an unsubscribe, a complaint. */
export class WithdrawByAddressDto extends SayNoDto {
  @NestedField(() => UnwantedContactDto)
  contact!: UnwantedContactDto;
}

/** What became of a withdrawal by address, in counts: who has the address is not told. */
export class WithdrawnByAddressDto {
  @IntField({ min: 0, max: 1_000_000, description: 'People who have the address; each of them withdrew.' })
  matched!: number;

  @IntField({ min: 0, max: 1_000_000, description: 'New withdrawals recorded; 0 if all was said before.' })
  appended!: number;

  @IntField({
    min: 0,
    max: 8,
    description: 'New entries in the suppression list, because nobody has the address.',
    example: 0,
  })
  suppressed!: number;
}
