import {
  AckDto,
  ArrayField,
  BoolField,
  EnumField,
  Field,
  InstantField,
  list,
  NestedField,
  oneOf,
  orCode,
  PersonalField,
  TextField,
  uuid,
  UuidField,
} from '#http';
import {
  channels,
  erasureGrounds,
  identityMethods,
  indicators,
  restrictionGrounds,
  scopes,
  sourceKinds,
  type Channel,
  type ErasureGround,
  type IdentityMethod,
  type Indicator,
  type Personal,
  type RestrictionGround,
  type Scope,
  type SourceKind,
} from '#kernel';
import { initiators } from '../contract.js';
import type { Initiator } from '../domain/restriction-rules.js';

/** An objection (Art. 21): to marketing it is absolute. */
export class RaiseObjectionDto {
  @EnumField(['marketing', 'general'], { fallback: 'marketing' })
  kind!: 'marketing' | 'general';

  @TextField({
    max: 200,
    description: 'A purpose, `all`, or its wording: an unknown one is kept sealed and blocks like `all`.',
    example: 'all',
  })
  purposeId!: string;

  @Field(orCode(list(oneOf(channels), { min: 1, max: channels.length, unique: true }), ['all']), {
    example: 'all',
  })
  channels!: 'all' | Channel[];

  @UuidField({ optional: true })
  controllerId?: string;

  @EnumField(sourceKinds, { example: 'phone-call' })
  source!: SourceKind;

  @EnumField(indicators, { fallback: 'data-subject' })
  indicatedBy!: Indicator;

  @UuidField({ optional: true })
  requestId?: string;

  @PersonalField({
    max: 2000,
    optional: true,
    description: 'The particular situation, in the person’s words; sealed.',
  })
  statement?: Personal<string>;

  @InstantField({
    optional: true,
    description: 'Default: now. An objection that claims a later instant counts from now.',
  })
  occurredAt?: string;
}

/** The objection that was recorded. */
export class ObjectionRaisedDto extends AckDto {
  @UuidField()
  objectionId!: string;
}

/** A restriction of processing (Art. 18(1)). */
export class RestrictDto {
  @EnumField(restrictionGrounds, { example: 'accuracy' })
  ground!: RestrictionGround;

  @Field(orCode(list(uuid(), { min: 1, max: 100, unique: true }), ['all']), {
    example: 'all',
    description: 'The purposes it limits.',
  })
  purposeIds!: 'all' | string[];

  @EnumField(initiators, { fallback: 'data-subject' })
  initiator!: Initiator;

  @EnumField(sourceKinds, { example: 'email-reply' })
  source!: SourceKind;

  @UuidField({ optional: true })
  requestId?: string;

  @PersonalField({ max: 2000, optional: true, description: 'What the person said; sealed.' })
  statement?: Personal<string>;

  @InstantField({ optional: true, notFuture: true })
  occurredAt?: string;
}

/** The restriction that was recorded. */
export class RestrictedDto extends AckDto {
  @UuidField()
  restrictionId!: string;
}

const means = ['email', 'post', 'phone', 'in-person', 'preference-centre'] as const;

/** The person was told that the restriction will be lifted (Art. 18(3)). */
export class LiftNoticeDto {
  @EnumField(means, { example: 'email' })
  means!: (typeof means)[number];

  @InstantField({ optional: true, notFuture: true })
  notifiedAt?: string;
}

const liftReasons = ['accuracy-verified', 'lifted-by-subject', 'claims-over', 'objection-decided'] as const;

/** The end of a restriction. */
export class LiftDto {
  @EnumField(liftReasons, { example: 'accuracy-verified' })
  reason!: (typeof liftReasons)[number];

  @InstantField({ optional: true, notFuture: true })
  occurredAt?: string;
}

/** How the identity was verified (Art. 12(6)). */
export class IdentityCheckDto {
  @EnumField(identityMethods, { example: 'authenticated-session' })
  method!: IdentityMethod;

  @InstantField({ notFuture: true, example: '2026-11-02T09:30:00.000Z' })
  at!: string;
}

/** An erasure (Art. 17); with `dryRun` nothing is recorded. */
export class OrderErasureDto {
  @EnumField(erasureGrounds, { example: 'objection' })
  ground!: ErasureGround;

  @EnumField(initiators, { fallback: 'data-subject' })
  initiator!: Initiator;

  @NestedField(() => IdentityCheckDto)
  identityCheck!: IdentityCheckDto;

  @ArrayField(oneOf(scopes), {
    optional: true,
    min: 1,
    max: scopes.length,
    unique: true,
    description: 'Everything if absent.',
  })
  scopes?: Scope[];

  @BoolField({
    fallback: false,
    description: 'The person confirmed that erasure goes before the restriction they asked for.',
  })
  confirmsOverRestriction!: boolean;

  @BoolField({ fallback: false, description: 'Only say what would go and what would stay.' })
  dryRun!: boolean;

  @UuidField({ optional: true })
  requestId?: string;

  @InstantField({ optional: true, notFuture: true, description: 'When the person asked.' })
  requestedAt?: string;
}

/** Addresses of an opt-out list: they are suppressed, no contact is created. */
export class SuppressedAddressDto {
  @EnumField(['email', 'phone', 'postal-address'], { example: 'email' })
  kind!: 'email' | 'phone' | 'postal-address';

  @PersonalField({ max: 500, example: 'dominique.petit@courrier.example' })
  value!: Personal<string>;
}

/** An opt-out list. */
export class ImportSuppressionsDto {
  @NestedField(() => SuppressedAddressDto, { array: true, min: 1, max: 500 })
  addresses!: SuppressedAddressDto[];

  @Field(orCode(uuid(), ['all']), { fallback: 'all' })
  purposeId!: string;

  @EnumField([...channels, 'all'], { fallback: 'all' })
  channel!: Channel | 'all';
}
