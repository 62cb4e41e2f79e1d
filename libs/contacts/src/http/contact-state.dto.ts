import { audiences, channels, contactPointKinds, restrictionGrounds, scopes } from '#kernel';
import {
  ArrayField,
  BoolField,
  DayField,
  EnumField,
  InstantField,
  IntField,
  KnownAsDto,
  NestedField,
  oneOf,
  slug,
  SlugField,
  TextField,
  uuid,
  UuidField,
} from '#http';
import { OpenRequestDto } from './open-request.dto.js';
import { RelationshipStateDto } from './relationship-state.dto.js';

const kindsOfNo = ['refused', 'withdrawn', 'objected', 'objected-on-grounds', 'suppressed'] as const;
const grades = ['strong', 'adequate', 'weak', 'undemonstrable'] as const;

/** A contact point by its id; its value is read by `reveal` only. */
export class ContactPointStateDto {
  @UuidField()
  contactPointId!: string;

  @EnumField(contactPointKinds)
  kind!: string;

  @SlugField({ optional: true, description: 'System of an external id.' })
  system?: string;

  @EnumField(['unknown', 'personal', 'professional', 'published-professional'])
  use!: string;

  @TextField({ max: 64, optional: true, example: 'Europe/Paris' })
  timeZone?: string;

  @EnumField(['active', 'replaced', 'removed'])
  state!: string;

  @InstantField()
  since!: string;

  @InstantField({ optional: true })
  until?: string;
}

/** What stands on one purpose and channel. */
export class ChoiceStateDto {
  @UuidField()
  purposeId!: string;

  @EnumField(channels)
  channel!: string;

  @UuidField({ optional: true, description: 'Data controller; every one if absent.' })
  controllerId?: string;

  @EnumField(['given', 'requested', 'expired', 'revoked', 'invalidated', ...kindsOfNo])
  state!: string;

  @InstantField()
  since!: string;

  @UuidField({ description: 'The event that decides.' })
  decidedBy!: string;

  @UuidField({ optional: true })
  consentId?: string;

  @InstantField({ optional: true })
  validUntil?: string;

  @ArrayField(uuid(), { optional: true, description: 'Contact points covered that are still the person’s.' })
  contactPointIds?: readonly string[];

  @EnumField(grades, { optional: true })
  proofGrade?: string;

  @ArrayField(slug(), { optional: true, description: 'What the proof lacks.' })
  missing?: readonly string[];

  @NestedField(() => OpenRequestDto, { optional: true, description: 'What the person is asked, unanswered.' })
  request?: OpenRequestDto;

  @BoolField({ description: 'Processing is limited to storage (Art. 18): nothing that stands may be used.' })
  restricted!: boolean;
}

/** A "no" that covers every purpose or every channel, later ones included. */
export class WideNoDto {
  @TextField({ max: 36, description: 'A purpose, `all`, or `unknown`.', example: 'all' })
  purposeId!: string;

  @EnumField([...channels, 'all'], { example: 'all' })
  channel!: string;

  @UuidField({ optional: true })
  controllerId?: string;

  @EnumField(kindsOfNo)
  kind!: string;

  @InstantField()
  since!: string;

  @UuidField()
  decidedBy!: string;
}

/** An objection (Art. 21). */
export class ObjectionStateDto {
  @UuidField()
  eventId!: string;

  @EnumField(['marketing', 'general'])
  kind!: string;

  @TextField({ max: 36, example: 'all' })
  purposeId!: string;

  @EnumField([...channels, 'all'], { example: 'all' })
  channel!: string;

  @UuidField({ optional: true })
  controllerId?: string;

  @InstantField()
  since!: string;
}

/** A restriction of processing (Art. 18). */
export class RestrictionStateDto {
  @UuidField()
  restrictionId!: string;

  @EnumField(restrictionGrounds, { optional: true })
  ground?: string;

  @ArrayField(uuid(), { or: ['all'], example: 'all' })
  purposeIds!: 'all' | readonly string[];

  @EnumField(['standing', 'lift-notified', 'lifted'])
  state!: string;

  @InstantField({ optional: true })
  since?: string;

  @InstantField({ optional: true })
  until?: string;
}

/** What an erasure leaves in place, and why (Art. 17(3)). */
export class RetainedDto {
  @EnumField(scopes)
  scope!: string;

  @TextField({ max: 40, example: 'CONSENT-PROOF' })
  ruleId!: string;

  @EnumField(['legal-obligation', 'legal-claims', 'legal-hold', 'restriction', 'objection-list'])
  ground!: string;

  @DayField()
  until!: string;
}

/** The newest erasure (Art. 17). */
export class ErasureStateDto {
  @UuidField()
  erasureId!: string;

  @EnumField(['ordered', 'started', 'unreadable', 'erased', 'completed'])
  state!: string;

  @ArrayField(oneOf(scopes))
  scopes!: readonly string[];

  @NestedField(() => RetainedDto, { array: true })
  retained!: readonly RetainedDto[];
}

/** A relation to another data subject; never a merge. */
export class LinkStateDto {
  @UuidField()
  subjectId!: string;

  @EnumField(['shares-contact-point', 'same-person', 'household', 'representative-of'])
  relation!: string;

  @EnumField(['to', 'from'], { description: '`to`: this subject names it; `from`: the other one does.' })
  direction!: string;

  @InstantField({ optional: true })
  since?: string;

  @InstantField({ optional: true })
  until?: string;
}

/** Newest revisions of the person's streams that the answer tells. */
export class RevisionsDto {
  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, optional: true })
  subject?: number;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, optional: true })
  consent?: number;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, optional: true })
  rights?: number;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, optional: true })
  relationship?: number;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, optional: true })
  solicitation?: number;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, optional: true })
  information?: number;
}

/** The state of a contact, without any personal value. */
export class ContactStateDto {
  @UuidField()
  subjectId!: string;

  @EnumField(['unknown', 'not-registered', 'registered', 'erased'], { example: 'registered' })
  status!: string;

  @BoolField({ description: 'The identity is erased; told to auditors and data protection officers.' })
  erased!: boolean;

  @BoolField({ description: 'An event of this person could not be read: treat every answer as no.' })
  parked!: boolean;

  @InstantField({ description: 'The instant that is judged.' })
  at!: string;

  @NestedField(() => KnownAsDto, { optional: true })
  knownAs?: KnownAsDto;

  @EnumField(audiences, { optional: true })
  audience?: string;

  @EnumField(['direct', 'indirect'], { optional: true })
  collection?: string;

  @SlugField({ optional: true, example: 'shop' })
  source?: string;

  @InstantField({ optional: true })
  registeredAt?: string;

  @NestedField(() => ContactPointStateDto, { array: true })
  contactPoints!: readonly ContactPointStateDto[];

  @NestedField(() => ChoiceStateDto, { array: true })
  choices!: readonly ChoiceStateDto[];

  @NestedField(() => WideNoDto, { array: true })
  wideNos!: readonly WideNoDto[];

  @NestedField(() => ObjectionStateDto, { array: true })
  objections!: readonly ObjectionStateDto[];

  @NestedField(() => RestrictionStateDto, { array: true })
  restrictions!: readonly RestrictionStateDto[];

  @NestedField(() => ErasureStateDto, { optional: true })
  erasure?: ErasureStateDto;

  @NestedField(() => LinkStateDto, { array: true })
  links!: readonly LinkStateDto[];

  @NestedField(() => RelationshipStateDto, { array: true })
  relationships!: readonly RelationshipStateDto[];

  @NestedField(() => RevisionsDto)
  revisions!: RevisionsDto;

  @TextField({
    max: 200,
    optional: true,
    description: 'Of an answer about now: reads take it as `minToken`.',
  })
  token?: string;
}
