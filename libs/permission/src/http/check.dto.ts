import { channels, type Channel, type Personal } from '#kernel';
import {
  ArrayField,
  BoolField,
  EnumField,
  Field,
  InstantField,
  list,
  NestedField,
  oneOf,
  PersonalField,
  SlugField,
  unchecked,
  UuidField,
} from '#http';
import { claimableKinds, type ClaimableKind } from '#subject-keys';
import { messageNatures, type Message } from '../domain/gate/question.js';
import { evidences, goods } from '../domain/policy/vocabulary.js';

/** A request to be called back is told to the ledger, which counts the days that it leaves. */
const SHOWN_BY_SENDERS = evidences.filter((evidence) => evidence !== 'call-back-request');

/** What an answer tells beside the permission where it is asked for. */
const includable = ['preferences'] as const;

/** An address by which people are found. It is compared by keyed HMAC and recorded nowhere. */
export class ContactAskedDto {
  @EnumField(claimableKinds, { example: 'email' })
  kind!: ClaimableKind;

  @PersonalField({ max: 500, example: 'camille.martin@courrier.example' })
  value!: Personal<string>;

  @SlugField({ optional: true, description: 'System of an external id.' })
  system?: string;
}

/** What is sent. What is not said counts as the case that needs more. */
export class MessageDto {
  @EnumField(messageNatures, {
    optional: true,
    description: 'Absent: of service where the purpose is declared as such, else prospecting.',
    example: 'prospecting',
  })
  nature?: NonNullable<Message['nature']>;

  @SlugField({
    optional: true,
    description: 'Nature of the goods or services, which a consent to be called names (C. conso. R.223-1).',
  })
  goodsNature?: string;

  @SlugField({
    optional: true,
    description: 'Category of the product: what is analogous to an earlier sale.',
  })
  productCategory?: string;

  @EnumField(goods, { optional: true, description: 'Goods of the sector `housing-energy-adapt`.' })
  goods?: NonNullable<Message['goods']>;

  @BoolField({ optional: true, description: 'The subject is related to the profession of who is addressed.' })
  relatedToProfession?: boolean;

  @BoolField({ optional: true, description: 'Its object is strictly professional.' })
  strictlyProfessional?: boolean;

  @ArrayField(oneOf(SHOWN_BY_SENDERS), {
    optional: true,
    unique: true,
    max: SHOWN_BY_SENDERS.length,
    description: 'What the sender can show and the ledger does not hold.',
  })
  shows?: NonNullable<Message['shows']>;
}

/** May this person be contacted? Either `subjectId` or `contact`. */
export class CheckPermissionDto {
  @UuidField({ optional: true, example: '7c1f3f5e-2d0a-4a6e-9b1a-3f1d2c4b5a69' })
  subjectId?: string;

  @NestedField(() => ContactAskedDto, {
    optional: true,
    description:
      'Whoever has this address; several people: each of them must be free to be contacted. No pseudonym and no event is named in the answer.',
  })
  contact?: ContactAskedDto;

  @UuidField()
  purposeId!: string;

  @EnumField(channels, { example: 'email' })
  channel!: Channel;

  @UuidField({ optional: true, description: 'Absent: the data controller of the purpose.' })
  controllerId?: string;

  @UuidField({
    optional: true,
    description:
      'The address or number that would be used; absent: whichever is the person’s, so that each must be covered. Not with `contact`.',
  })
  contactPointId?: string;

  @UuidField({
    optional: true,
    description:
      'Recipient on whose behalf the message is sent, if it is another: what the person bought from the data controller or asked of it does not count for them.',
  })
  recipientId?: string;

  @UuidField({
    optional: true,
    description: 'The contact for which a place is held: it does not count against itself.',
  })
  attemptId?: string;

  @NestedField(() => MessageDto, { optional: true, example: { nature: 'prospecting' } })
  message?: MessageDto;

  @InstantField({
    optional: true,
    description:
      'The instant that is judged; now if absent, or that of `knownAs`. One of the future is judged by today’s facts.',
  })
  at?: string;

  @InstantField({
    optional: true,
    description: 'What the ledger knew then; everything known today if absent. At least a minute ago.',
  })
  knownAs?: string;

  @BoolField({
    optional: true,
    description:
      'Keep the answer in the person’s history, as evidence that you asked. Needs the scope `permissions:record`; not with `knownAs`. By `contact` only where exactly one person has the address.',
    example: false,
  })
  record?: boolean;

  @ArrayField(oneOf(includable), {
    optional: true,
    unique: true,
    max: includable.length,
    description:
      '`preferences`: what the person likes to read and how often, as they stated it, where the contact is permitted now; it permits and forbids nothing. Needs the scope `consents:read`; not with `knownAs`. By `contact` only where exactly one person has the address.',
  })
  include?: (typeof includable)[number][];
}

/** At most this many questions in one batch. */
export const MAX_QUESTIONS = 500;

/** Many questions; those about now are answered as of one moment. */
export class CheckPermissionsDto {
  @Field(
    list(
      unchecked(() => CheckPermissionDto),
      { min: 1, max: MAX_QUESTIONS },
    ),
  )
  questions!: readonly object[];
}
