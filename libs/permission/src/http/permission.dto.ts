import { relations } from '#kernel';
import {
  ArrayField,
  BoolField,
  EnumField,
  InstantField,
  IntField,
  KnownAsDto,
  NestedField,
  oneOf,
  RowProblemDto,
  SlugField,
  text,
  TextField,
  UuidField,
} from '#http';
import { preferredFrequencies, TopicDto, type PreferredFrequency } from '#consent';
import { grounds, reasonCodes } from '../domain/gate/decision.js';
import { certainties, policyResults } from '../domain/policy/vocabulary.js';
import { MAX_QUESTIONS } from './check.dto.js';
import { CodeDto } from './policy.dto.js';

/** One thing that stands against a contact. */
export class ReasonDto {
  @EnumField(reasonCodes, { example: 'consent-missing' })
  code!: string;

  @TextField({ max: 300, example: 'A consent is needed, and there is none.' })
  text!: string;

  @NestedField(() => CodeDto, {
    array: true,
    optional: true,
    description: 'What exactly is missing: conditions of soft opt-in, evidence.',
  })
  missing?: readonly CodeDto[];
}

/** An event that decided, and where an auditor finds it. */
export class DecidingEventDto {
  @UuidField()
  eventId!: string;

  @TextField({ max: 100, example: 'consent-7c1f3f5e-2d0a-4a6e-9b1a-3f1d2c4b5a69' })
  stream!: string;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER })
  revision!: number;
}

/** The rule that was applied; `GET /v1/policy` spells it out. */
export class AppliedRuleDto {
  @TextField({ max: 40, example: 'EM-C-1' })
  id!: string;

  @EnumField(policyResults)
  result!: string;

  @ArrayField(oneOf(certainties), { max: certainties.length, description: 'How sure it is.' })
  certainty!: readonly string[];

  @TextField({ max: 40, example: 'fr-2026-11-21' })
  policyVersion!: string;

  @TextField({
    max: 40,
    optional: true,
    description: 'Rule on days, hours and number of calls.',
    example: 'CALL-2026',
  })
  callRuleId?: string;
}

/** The version of the policy by which it was answered. */
export class PolicyAppliedDto {
  @SlugField({ example: 'fr-2026-11-21' })
  version!: string;

  @InstantField({ optional: true, description: 'Since when the ledger answers by it.' })
  activatedAt?: string;

  @TextField({
    max: 300,
    optional: true,
    description: 'Only where no version was in force by what was known at `knownAs`.',
    example: 'No version of the policy was in force yet by what was known then: the earliest one stands in.',
  })
  note?: string;
}

/** Where the answer is kept. */
export class RecordedDecisionDto {
  @UuidField()
  decisionId!: string;

  @TextField({ max: 200, optional: true, description: 'Reads that take it as `minToken` see the decision.' })
  token?: string;
}

/** What the person likes to read: information for the sender, which decides nothing. */
export class StatedPreferencesDto {
  @NestedField(() => TopicDto, { array: true, description: 'Of other topics the person said nothing.' })
  topics!: readonly TopicDto[];

  @EnumField(preferredFrequencies, { optional: true, description: 'How often, where they said it.' })
  frequency?: PreferredFrequency;

  @InstantField({ description: 'When they said it.' })
  statedAt!: string;
}

/** The answer. "No" is an answer: it names everything that stands against the contact. */
export class PermissionDto {
  @BoolField()
  permitted!: boolean;

  @NestedField(() => ReasonDto, { array: true, description: 'In order of weight; empty where permitted.' })
  reasons!: readonly ReasonDto[];

  @EnumField(grounds, {
    optional: true,
    description: 'What it rests on, where permitted.',
    example: 'consent',
  })
  ground?: string;

  @TextField({ max: 200, optional: true, example: 'consent', description: 'The ground in words.' })
  groundText?: string;

  @NestedField(() => DecidingEventDto, {
    array: true,
    max: 500,
    description:
      'Events that decided; none where an address was asked for, since they would name its people.',
  })
  deciding!: readonly DecidingEventDto[];

  @NestedField(() => CodeDto, {
    array: true,
    description: 'What the sender must do; empty where not permitted.',
  })
  duties!: readonly CodeDto[];

  @ArrayField(text({ max: 40 }), {
    description: 'Rules on what every such message owes; `GET /v1/policy` spells them out.',
    example: ['MSG-1'],
  })
  obligations!: readonly string[];

  @NestedField(() => AppliedRuleDto, {
    optional: true,
    description: 'Absent where no policy is known for the date, or the message is not prospecting.',
  })
  rule?: AppliedRuleDto;

  @NestedField(() => PolicyAppliedDto)
  policy!: PolicyAppliedDto;

  @EnumField(relations, { description: 'What ties the person to the data controller.' })
  relation!: string;

  @SlugField({ optional: true, description: 'Variant of the purpose that is for this person.' })
  variantId?: string;

  @EnumField(['strong', 'adequate', 'weak', 'undemonstrable'], {
    optional: true,
    description: 'How well the consent it rests on can be demonstrated.',
  })
  proofGrade?: string;

  @InstantField({ description: 'The instant that was judged.' })
  at!: string;

  @NestedField(() => KnownAsDto, { optional: true })
  knownAs?: KnownAsDto;

  @InstantField({
    optional: true,
    description: 'Until when a permission holds if nothing is said meanwhile; absent: no end is known.',
  })
  validUntil?: string;

  @TextField({
    max: 200,
    optional: true,
    description: 'The answer knows at least this much of the ledger; absent on questions about the past.',
  })
  token?: string;

  @NestedField(() => RecordedDecisionDto, { optional: true, description: 'Where `record` was asked for.' })
  recorded?: RecordedDecisionDto;

  @NestedField(() => StatedPreferencesDto, {
    optional: true,
    description:
      'Where `include` asks for it and the contact is permitted now; absent: the person stated nothing, or the address is not exactly one person’s.',
  })
  preferences?: StatedPreferencesDto;
}

/** The answer to one of many questions, or why it has none. */
export class PermissionRowDto {
  @NestedField(() => PermissionDto, { optional: true })
  answer?: PermissionDto;

  @NestedField(() => RowProblemDto, {
    optional: true,
    description: 'Instead of an answer: take it for a no.',
  })
  problem?: RowProblemDto;
}

/** Answers in the order of the questions. */
export class PermissionsDto {
  @NestedField(() => PermissionRowDto, { array: true, max: MAX_QUESTIONS })
  items!: readonly PermissionRowDto[];
}
