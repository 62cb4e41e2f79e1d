import type { UiLanguage } from '#http';
import type { Day, Instant } from '#kernel';
import type { Activation } from '../application/policy-activations.js';
import type {
  AnyOr,
  CallRule,
  Cited,
  Label,
  Obligation,
  Period,
  PolicyRule,
  Requirement,
  Unverified,
} from '../domain/policy/policy.js';
import type { PolicyOnDay, SwitchOnDay } from '../domain/policy/policy-on.js';
import type { PublishedPolicy } from '../domain/policy/published.js';
import {
  audienceWords,
  certaintyWords,
  channelWords,
  conditionWords,
  dutyWords,
  evidenceWords,
  goodsWords,
  relationWords,
  requirementGroupWords,
  resultWords,
  sectorWords,
  switchStateWords,
  switchWords,
} from '../domain/policy/words.js';
import type {
  CallRuleDto,
  CodeDto,
  ObligationDto,
  PolicyDto,
  PolicyRuleDto,
  PolicyVersionDto,
  RequirementDto,
  SwitchDto,
  UnverifiedRuleDto,
} from './policy.dto.js';

type Words<C extends string> = Readonly<Record<C, Label>>;

/** What a policy says about a day, spelled out in one language. */
export function policyView(
  { policy, sha256 }: PublishedPolicy,
  at: Day,
  held: PolicyOnDay,
  language: UiLanguage,
  versions: readonly PublishedPolicy[],
  activations: readonly Activation[],
): PolicyDto {
  const { version, country, lawAsOf, from, fallback } = policy;
  const speak = speaker(language);
  return {
    version,
    sha256,
    ...activationOf(version, activations),
    country,
    lawAsOf,
    from,
    at,
    language,
    rules: held.rules.map((rule) => ruleView(rule, speak)),
    fallback: {
      ruleId: fallback.ruleId,
      result: speak.code(fallback.result, resultWords),
      meaning: speak.text(fallback.meaning),
    },
    requirements: held.requirements.map((requirement) => requirementView(requirement, speak)),
    callRules: held.callRules.map((rule) => callRuleView(rule, speak)),
    obligations: held.obligations.map((obligation) => obligationView(obligation, speak)),
    switches: held.switches.map((one) => switchView(one, speak)),
    unverified: held.unverified.map((rule) => unverifiedView(rule, speak)),
    versions: versions.map((one) => versionView(one, activations)),
  };
}

interface Speaker {
  text(label: Label): string;
  code<C extends string>(code: C, words: Words<C>): CodeDto;
  codes<C extends string>(codes: readonly C[], words: Words<C>): CodeDto[];
  anyOf<C extends string>(codes: AnyOr<C>, words: Words<C | 'any'>): CodeDto[];
  dated(rule: Period & Cited): Pick<UnverifiedRuleDto, 'from' | 'to' | 'source' | 'certainty'>;
}

function speaker(language: UiLanguage): Speaker {
  const text = (label: Label) => label[language];
  const code = <C extends string>(one: C, words: Words<C>) => ({ code: one, text: words[one][language] });
  const codes = <C extends string>(several: readonly C[], words: Words<C>) =>
    several.map((one) => code(one, words));
  return {
    text,
    code,
    codes,
    anyOf: <C extends string>(several: AnyOr<C>, words: Words<C | 'any'>) =>
      codes<C | 'any'>(several === 'any' ? ['any'] : several, words),
    dated: ({ from, to, source, certainty }) => ({
      from,
      ...(to === null ? {} : { to }),
      source,
      certainty: codes(certainty, certaintyWords),
    }),
  };
}

function ruleView(rule: PolicyRule, speak: Speaker): PolicyRuleDto {
  return {
    ruleId: rule.ruleId,
    ...speak.dated(rule),
    channels: speak.anyOf(rule.channels, channelWords),
    audiences: speak.anyOf(rule.audiences, audienceWords),
    relations: speak.anyOf(rule.relations, relationWords),
    sectors: speak.anyOf(rule.sectors, sectorWords),
    goods: speak.codes(rule.goods ?? [], goodsWords),
    conditions: speak.codes(rule.conditions, conditionWords),
    exceptionTo: rule.exceptionTo,
    result: speak.code(rule.result, resultWords),
    evidence: speak.codes(rule.evidence, evidenceWords),
    duties: speak.codes(rule.duties, dutyWords),
    switches: speak.codes(rule.switches, switchWords),
    meaning: speak.text(rule.meaning),
  };
}

function requirementView(requirement: Requirement, speak: Speaker): RequirementDto {
  const { requirementId, group, years, meaning } = requirement;
  return {
    requirementId,
    group: speak.code(group, requirementGroupWords),
    ...speak.dated(requirement),
    ...(years === undefined ? {} : { years }),
    meaning: speak.text(meaning),
  };
}

function callRuleView(rule: CallRule, speak: Speaker): CallRuleDto {
  const { ruleId, weekdays, publicHolidays, hours, maxCalls, perDays, counts, daysAfterRefusal } = rule;
  return {
    ruleId,
    ...speak.dated(rule),
    weekdays,
    publicHolidays,
    hours: hours.map(([from, until]) => ({ from, until })),
    maxCalls,
    perDays,
    counts,
    ...(daysAfterRefusal === undefined ? {} : { daysAfterRefusal }),
    derogation: speak.text(rule.derogation),
    meaning: speak.text(rule.meaning),
  };
}

function obligationView(obligation: Obligation, speak: Speaker): ObligationDto {
  return {
    ruleId: obligation.ruleId,
    ...speak.dated(obligation),
    channels: speak.anyOf(obligation.channels, channelWords),
    meaning: speak.text(obligation.meaning),
  };
}

function switchView(one: SwitchOnDay, speak: Speaker): SwitchDto {
  return {
    ...speak.code(one.switchId, switchWords),
    ...speak.dated(one),
    state: speak.code(one.state, switchStateWords),
    meaning: speak.text(one.meaning),
  };
}

function unverifiedView(rule: Unverified, speak: Speaker): UnverifiedRuleDto {
  return { ruleId: rule.ruleId, ...speak.dated(rule), meaning: speak.text(rule.meaning) };
}

function versionView(
  { policy, sha256 }: PublishedPolicy,
  activations: readonly Activation[],
): PolicyVersionDto {
  const { version, lawAsOf, from } = policy;
  return { version, lawAsOf, from, sha256, ...activationOf(version, activations) };
}

function activationOf(version: string, activations: readonly Activation[]): { activatedAt?: Instant } {
  const activation = activations.find((one) => one.version === version);
  return activation === undefined ? {} : { activatedAt: activation.activatedAt };
}
