import { describe, expect, it } from '@jest/globals';
import { audiences, channels, relations, sectors } from '#kernel';
import type { AnyOr, Policy, PolicyRule } from './policy.js';
import { holdsOn } from './policy-on.js';
import { fingerprintOf, publishedPolicies, publishedPolicy } from './published.js';
import { certainties, goods } from './vocabulary.js';

// Goal: a published version never changes, and what it says is coherent: on no question do two rules of equal standing
// give different answers. Method: the hashes by hand; every cell of the table on every day on which something changes.

/** Written by hand when a version is published. A line here is never altered: new law is a new version. */
const PUBLISHED = {
  'fr-2026-11-21': 'a72067af5f7eddf671b1af835c6f0db23a7e60d899c79e38a755adcf46bf4a78',
};

const policies = publishedPolicies.map(({ policy }) => [policy.version, policy] as const);

/** The rulebook's table, copied by hand: rule, first day, last day, result, certainty. */
const TABLE = `
  EM-C-1  2018-05-25 -          opt-in             primary
  EM-C-2  2018-05-25 -          soft-opt-in        primary,quoted
  EM-C-3  2018-05-25 -          opt-in             primary,secondary
  EM-C-4  2018-05-25 -          opt-in             secondary,quoted
  EM-P-1  2018-05-25 -          opt-out            quoted
  EM-P-1b 2018-05-25 -          opt-out            quoted
  EM-P-2  2018-05-25 -          opt-in             secondary
  EM-P-3  2018-05-25 -          opt-out            quoted
  EM-X-1  2018-05-25 -          opt-out            primary
  EM-C-5  2025-07-02 -          forbidden          quoted,secondary
  PH-C-0  2018-05-25 2026-08-10 opt-out            secondary
  PH-C-0b 2020-07-26 2026-08-10 allowed-no-consent secondary
  PH-C-1  2026-08-11 -          opt-in             primary
  PH-C-2  2026-08-11 -          allowed-no-consent primary
  PH-C-3  2026-08-11 -          opt-out            quoted
  PH-C-4  2020-07-26 -          forbidden          primary
  PH-C-4b 2025-07-02 2026-08-10 forbidden          secondary
  PH-C-4c 2026-08-11 -          forbidden          primary
  PH-C-5  2026-08-11 -          allowed-no-consent quoted
  PH-P-1  2018-05-25 -          opt-out            secondary
  PH-M-1  2026-08-11 -          opt-in             secondary
  PH-M-1b 2026-08-11 -          opt-out            secondary
  AU-C-1  2018-05-25 -          opt-in             primary
  AU-P-1  2018-05-25 -          opt-out            primary,quoted
  AU-P-1b 2018-05-25 -          opt-in             primary,quoted
  PO-1    2018-05-25 -          opt-out            primary
  PO-2    2018-05-25 -          opt-out            primary
  PU-1    2018-05-25 -          opt-in             secondary`;

describe('the published versions', () => {
  it('are what they were when they were published', () => {
    expect(
      Object.fromEntries(publishedPolicies.map(({ policy, sha256 }) => [policy.version, sha256])),
    ).toEqual(PUBLISHED);
  });

  it('have a hash of their own for every difference, a word or a date', () => {
    const [{ policy, sha256 }] = publishedPolicies as [(typeof publishedPolicies)[0]];
    expect(fingerprintOf(JSON.parse(JSON.stringify(policy)))).toBe(sha256);
    const [first, ...others] = policy.rules as [PolicyRule, ...PolicyRule[]];
    for (const rule of [
      { ...first, to: '2030-01-01' },
      { ...first, meaning: { ...first.meaning, fr: 'Autre.' } },
    ]) {
      expect(fingerprintOf({ ...policy, rules: [rule, ...others] })).not.toBe(sha256);
    }
  });

  it('can each be read by name; without a name the newest', () => {
    for (const published of publishedPolicies) {
      expect(publishedPolicy(published.policy.version)).toBe(published);
    }
    expect(publishedPolicy()).toBe(publishedPolicies.at(-1));
    expect(publishedPolicy('fr-1789-07-14')).toBeUndefined();
    expect(publishedPolicies.map(({ policy }) => policy.lawAsOf)).toEqual(
      publishedPolicies.map(({ policy }) => policy.lawAsOf).sort(),
    );
  });
});

describe('version fr-2026-11-21', () => {
  it('holds the rules of the table, with their dates, results and certainty', () => {
    const lines = publishedPolicy('fr-2026-11-21')!.policy.rules.map(
      ({ ruleId, from, to, result, certainty }) =>
        [ruleId, from, to ?? '-', result, certainty.join(',')].join(' '),
    );
    expect(lines).toEqual(
      TABLE.trim()
        .split('\n')
        .map((line) => line.trim().replaceAll(/ +/g, ' ')),
    );
  });

  it('holds the figures of the law', () => {
    const { requirements, callRules } = publishedPolicy('fr-2026-11-21')!.policy;
    const years = Object.fromEntries(
      requirements.map(({ requirementId, years: count }) => [requirementId, count]),
    );
    expect(years).toMatchObject({ 'consent-period': 1, 'collected-at-and-slot': 3 });
    expect(requirements.filter(({ group }) => group === 'soft-opt-in')).toHaveLength(7);
    for (const { weekdays, hours, maxCalls, perDays } of callRules) {
      expect([weekdays, hours, maxCalls, perDays]).toEqual([
        [1, 2, 3, 4, 5],
        [
          ['10:00', '13:00'],
          ['14:00', '20:00'],
        ],
        4,
        30,
      ]);
    }
    expect(callRules.map(({ daysAfterRefusal }) => daysAfterRefusal)).toEqual([60, undefined]);
  });
});

describe.each(policies)('%s', (_, policy) => {
  const everything = [
    ...[...policy.rules, ...policy.callRules, ...policy.obligations, ...policy.unverified],
    ...policy.requirements.map(({ requirementId, ...rest }) => ({ ruleId: requirementId, ...rest })),
  ];

  it('names each rule once, with days in order and both languages', () => {
    const ids = everything.map(({ ruleId }) => ruleId);
    expect(new Set([...ids, policy.fallback.ruleId]).size).toBe(ids.length + 1);
    for (const { from, to, source, certainty, meaning } of everything) {
      expect(from >= policy.from && (to === null || from <= to)).toBe(true);
      expect(source.trim()).not.toBe('');
      expect(certainty.length).toBeGreaterThan(0);
      expect(certainties).toEqual(expect.arrayContaining([...certainty]));
      expect(meaning.fr).not.toBe(meaning.en);
      for (const text of [meaning.fr, meaning.en]) expect(text).toMatch(/^\S.*\.$/);
    }
  });

  it('applies nothing that nobody has checked', () => {
    const applied = [...policy.rules, ...policy.requirements, ...policy.callRules, ...policy.obligations];
    expect(applied.filter(({ certainty }) => certainty.includes('unverified'))).toEqual([]);
    expect(policy.unverified.filter(({ certainty }) => !certainty.includes('unverified'))).toEqual([]);
  });

  it('has every switch in exactly one state on each day', () => {
    expect(new Set(policy.switches.map(({ switchId }) => switchId)).size).toBe(policy.switches.length);
    for (const { switchId, settings } of policy.switches) {
      for (const day of turningDays(policy)) {
        const states = settings.filter((setting) => holdsOn(setting, day));
        expect([switchId, day, states.length]).toEqual([switchId, day, 1]);
      }
    }
  });

  it('makes exceptions from rules that there are and that hold with it', () => {
    const byId = new Map(policy.rules.map((rule) => [rule.ruleId, rule]));
    for (const { ruleId, exceptionTo, from, conditions } of policy.rules) {
      if (exceptionTo.length > 0) expect([ruleId, conditions.length]).not.toEqual([ruleId, 0]);
      for (const yielding of exceptionTo) expect(holdsOn(byId.get(yielding)!, from)).toBe(true);
    }
  });

  it('gives no two answers of equal standing to one question', () => {
    const contradictions = turningDays(policy).flatMap((day) => contradictionsOn(policy, day));
    expect([...new Set(contradictions)]).toEqual([]);
  });

  it('asks for consent where no rule applies', () => {
    expect(policy.fallback).toMatchObject({ ruleId: 'DEF-0', result: 'opt-in' });
  });
});

/** First days and days after the last of everything that is dated. */
function turningDays(policy: Policy): string[] {
  const periods = [...policy.rules, ...policy.switches.flatMap(({ settings }) => settings)];
  const after = (day: string) => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10);
  const days = periods.flatMap(({ from, to }) => [from, ...(to === null ? [] : [to, after(to)])]);
  return [...new Set(days)].sort();
}

function contradictionsOn({ rules }: Policy, day: string): string[] {
  const holding = rules.filter((rule) => holdsOn(rule, day));
  return holding.flatMap((one, i) =>
    holding
      .slice(i + 1)
      .filter((other) => one.result !== other.result && standing(one) === standing(other))
      .filter((other) => haveACaseInCommon(one, other))
      .map((other) => `${one.ruleId} and ${other.ruleId}`),
  );
}

/** Exceptions go before rules of a sector, and these before the generic ones. */
function standing({ exceptionTo, sectors: named }: PolicyRule): number {
  if (exceptionTo.length > 0) return 0;
  return named === 'any' ? 2 : 1;
}

function haveACaseInCommon(one: PolicyRule, other: PolicyRule): boolean {
  const both = [...one.conditions, ...other.conditions];
  return (
    overlap(one.channels, other.channels, channels) &&
    overlap(one.audiences, other.audiences, audiences) &&
    overlap(one.relations, other.relations, relations) &&
    overlap(one.sectors, other.sectors, sectors) &&
    overlap(one.goods ?? 'any', other.goods ?? 'any', goods) &&
    !(both.includes('related-to-profession') && both.includes('unrelated-to-profession'))
  );
}

function overlap<C extends string>(one: AnyOr<C>, other: AnyOr<C>, all: readonly C[]): boolean {
  const covers = (codes: AnyOr<C>, code: C) => codes === 'any' || codes.includes(code);
  return all.some((code) => covers(one, code) && covers(other, code));
}
