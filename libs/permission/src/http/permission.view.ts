import type { Preferences } from '#consent';
import { knownAsView, type UiLanguage } from '#http';
import { defined } from '#kernel';
import { softOptInWords, groundWords, reasonWords } from '../domain/gate/words.js';
import type { DecidingEvent, Decision, Reason } from '../domain/gate/decision.js';
import type { Label } from '../domain/policy/policy.js';
import { dutyWords, evidenceWords } from '../domain/policy/words.js';
import type { Answered, Asked } from '../application/gate.js';
import type { DecidingEventDto, PermissionDto, ReasonDto } from './permission.dto.js';

/** Codes that may be missing: conditions of soft opt-in, and evidence. */
const missingWords: Readonly<Partial<Record<string, Label>>> = { ...softOptInWords, ...evidenceWords };

/** An answer of the gate in the language of its reader. */
export function permissionView(
  { whom }: Pick<Asked, 'whom'>,
  answered: Answered,
  token: string | undefined,
  language: UiLanguage,
): PermissionDto {
  const { decision, at, known, policyVersion } = answered;
  const { permitted, reasons, deciding, duties, obligations, relation } = decision;
  return {
    permitted,
    reasons: reasons.map((reason) => reasonView(reason, language)),
    ...groundView(decision, language),
    // Of an address nobody learns here whose it is: neither a pseudonym nor an event that leads to one.
    deciding: 'subjectId' in whom ? deciding.map((event) => decidingView(event, whom.subjectId)) : [],
    duties: duties.map((code) => ({ code, text: dutyWords[code][language] })),
    obligations,
    ...ruleView(decision, policyVersion),
    policy: policyAppliedView(answered, language),
    relation,
    ...optional(decision),
    at,
    ...(known === undefined ? {} : { knownAs: knownAsView(known) }),
    ...(token === undefined ? {} : { token }),
  };
}

const NOT_IN_FORCE: Label = {
  fr: 'Selon ce qui était connu alors, aucune version de la politique n’était encore en vigueur : la plus ancienne en tient lieu.',
  en: 'No version of the policy was in force yet by what was known then: the earliest one stands in.',
};

function policyAppliedView(
  { policyVersion, policyActivatedAt }: Answered,
  language: UiLanguage,
): PermissionDto['policy'] {
  if (policyActivatedAt === undefined) return { version: policyVersion, note: NOT_IN_FORCE[language] };
  return { version: policyVersion, activatedAt: policyActivatedAt };
}

function reasonView({ code, missing }: Reason, language: UiLanguage): ReasonDto {
  const told = { code, text: reasonWords[code][language] };
  if (missing === undefined) return told;
  return {
    ...told,
    missing: missing.map((one) => ({ code: one, text: missingWords[one]?.[language] ?? one })),
  };
}

function groundView(
  { ground }: Decision,
  language: UiLanguage,
): Pick<PermissionDto, 'ground' | 'groundText'> {
  return ground === undefined ? {} : { ground, groundText: groundWords[ground][language] };
}

function ruleView({ rule }: Decision, policyVersion: string): Pick<PermissionDto, 'rule'> {
  if (rule === undefined) return {};
  const { ruleId, result, certainty, callRuleId } = rule;
  return {
    rule: {
      id: ruleId,
      result,
      certainty,
      policyVersion,
      ...(callRuleId === undefined ? {} : { callRuleId }),
    },
  };
}

function optional({ variantId, proofGrade, validUntil }: Decision) {
  return {
    ...(variantId === undefined ? {} : { variantId }),
    ...(proofGrade === undefined ? {} : { proofGrade }),
    ...(validUntil === undefined ? {} : { validUntil }),
  };
}

function decidingView({ eventId, category, revision }: DecidingEvent, subjectId: string): DecidingEventDto {
  return { eventId, stream: `${category}-${subjectId}`, revision };
}

/** What a person likes to read, as an answer tells it. */
export function preferencesView({
  topics,
  frequency,
  occurredAt,
}: Preferences): NonNullable<PermissionDto['preferences']> {
  return defined({ topics, frequency, statedAt: occurredAt });
}
