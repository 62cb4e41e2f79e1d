import { describe, expect, it } from '@jest/globals';
import { addDays, audiences, type Day } from '#kernel';
import type { AnyOr, PolicyRule } from '../policy/policy.js';
import { decide } from './decide.js';
import type { Decision } from './decision.js';
import { answerOf, inputOf, rowsOf, theirPolicy, type TableRow } from './gate.harness.js';

// Goal: what the law asks is what the gate answers, rule by rule, on the first and the last day of each and one day
// beyond. Method: tables that a lawyer can read (tables/*.txt); this test only runs them.

const TABLES = ['messages', 'calls', 'hours-and-numbers', 'post-service-and-persons'];
const rows = TABLES.flatMap((table) => rowsOf(table).map((row) => ({ table, ...row })));
const judged = rows.map((row) => ({ row, decision: decide(inputOf(row)) }));

describe.each(TABLES)('the table %s', (table) => {
  const own = rows.filter((row) => row.table === table);

  it.each(own.map((row) => [`${row.line} @ ${row.when}`, row] as const))('%s', (_, row) => {
    const decision = decide(inputOf(row));
    expect([decision.rule?.ruleId ?? '-', answerOf(decision)]).toEqual([row.ruleId, row.answer]);
  });
});

describe('the tables together', () => {
  it('are a few hundred rows', () => {
    expect(rows.length).toBeGreaterThan(200);
  });

  const rules = theirPolicy.rules.map((rule) => [rule.ruleId, rule] as const);
  it.each(rules)('%s: first day, last day, one day beyond', (ruleId, { from, to }) => {
    expect(onDay(ruleId, from).length).toBeGreaterThan(0);
    if (from > theirPolicy.from) expect(turnsOn(ruleId, from, addDays(from, -1))).toBe(true);
    if (to === null) return;
    expect(onDay(ruleId, to).length).toBeGreaterThan(0);
    expect(turnsOn(ruleId, to, addDays(to, 1))).toBe(true);
  });

  const callRules = theirPolicy.callRules.map((rule) => [rule.ruleId, rule] as const);
  it.each(callRules)('%s: first day, last day, one day beyond', (ruleId, { from, to }) => {
    const days = judged.filter(({ decision }) => decision.rule?.callRuleId === ruleId).map(dayOf);
    expect(days).toContain(from);
    expect(days.filter((day) => day < from)).toEqual([]);
    expect(isAnsweredAnew(ruleId, from, addDays(from, -1))).toBe(true);
    if (to === null) return;
    expect(days).toContain(to);
    expect(days.filter((day) => day > to)).toEqual([]);
    expect(isAnsweredAnew(ruleId, to, addDays(to, 1))).toBe(true);
  });

  it.each(rules)('%s: whomever it names, at its beginning and at its end', (_, rule) => {
    const ends = [(day: Day) => day === rule.from, (day: Day) => isItsEnd(day, rule)];
    expect(ends.flatMap((isEnd) => uncovered(rule, isEnd))).toEqual([]);
  });

  it.each(rules)('%s: what carries a contact, and each thing that it asks for missing', (ruleId, rule) => {
    const answers = judged.filter(({ decision }) => decision.rule?.ruleId === ruleId);
    const told = new Set(answers.map(({ decision }) => answerOf(decision)));
    for (const answer of ANSWERS[rule.result]) expect([...told].join(' / ')).toContain(answer);
    if (rule.result === 'forbidden')
      expect([...told].filter((answer) => answer.startsWith('yes'))).toEqual([]);
    const asked = [...rule.evidence.filter((one) => !GIVEN_BY_THE_CASE.includes(one))];
    const missing = answers.flatMap(({ decision }) => missingOf(decision));
    if (rule.result === 'opt-out') expect(missing).toEqual(expect.arrayContaining(asked));
  });

  const conditions = theirPolicy.requirements.filter(({ group }) => group === 'soft-opt-in');
  it.each(conditions.map(({ requirementId }) => requirementId))('soft opt-in without %s', (condition) => {
    const witnesses = judged.filter(({ row, decision }) => SOFT_OPT_IN[condition]?.(row, decision) === true);
    expect(witnesses.length).toBeGreaterThan(0);
  });

  it('never apply what nobody has checked', () => {
    const unverified = theirPolicy.unverified.map(({ ruleId }) => ruleId);
    expect(judged.filter(({ decision }) => unverified.includes(decision.rule?.ruleId ?? ''))).toEqual([]);
    const training = judged.filter(
      ({ row, decision }) => row.sector === 'cpf-training' && decision.permitted,
    );
    expect(new Set(training.map(({ row }) => row.channel))).toEqual(
      new Set(['email', 'sms-mms', 'social-dm', 'phone-human']),
    );
  });

  it('every permitted answer names an event, or a rule that needs none', () => {
    const free = ['no-objection', 'requested-call-back', 'service-message'];
    for (const { row, decision } of judged) {
      if (!decision.permitted || free.includes(decision.ground ?? '')) continue;
      expect([row.line, decision.deciding.length]).not.toEqual([row.line, 0]);
    }
  });
});

function onDay(ruleId: string, day: string): readonly TableRow[] {
  return rows.filter((row) => row.ruleId === ruleId && row.when.startsWith(day));
}

/** What an answer by a rule of each result has to be among others. */
const ANSWERS: Readonly<Record<PolicyRule['result'], readonly string[]>> = {
  'opt-in': ['yes consent', 'no consent-missing'],
  'soft-opt-in': ['yes soft-opt-in', 'no soft-opt-in-incomplete', 'no objected'],
  'opt-out': ['yes no-objection'],
  'allowed-no-consent': ['yes '],
  forbidden: ['no forbidden-by-rule'],
};

/** Evidence without which the rule would not be the one that applies. */
const GIVEN_BY_THE_CASE: readonly string[] = ['contract-in-performance', 'call-back-request'];

const lacks = (condition: string) => (_: TableRow, decision: Decision) =>
  missingOf(decision).join() === condition;

/** Cases in which one condition of soft opt-in alone is not met; the last two are the sender's and the other "no"s'. */
const SOFT_OPT_IN: Readonly<Record<string, (row: TableRow, decision: Decision) => boolean>> = {
  'collected-from-the-person': lacks('collected-from-the-person'),
  'on-a-sale-or-service': lacks('on-a-sale-or-service'),
  'analogous-products': ({ situation }, { rule }) =>
    situation === 'buyer-of-wine' && rule?.result === 'opt-in',
  'objection-at-collection': lacks('objection-at-collection'),
  'same-supplier': ({ situation }, { rule }) =>
    situation === 'buyer-of-sister-company' && rule?.result === 'opt-in',
  'no-objection-since': ({ situation }, decision) =>
    situation === 'buyer-who-objected' && answerOf(decision) === 'no objected',
  'objection-in-every-message': (_, { ground, duties }) =>
    ground === 'soft-opt-in' && duties.includes('offer-free-objection-each-time'),
};

function missingOf({ reasons }: Decision): readonly string[] {
  return reasons.flatMap(({ missing }) => missing ?? []);
}

/** The last day of a rule; of one that goes on, any day since the policy last turned. */
function isItsEnd(day: Day, { to }: PolicyRule): boolean {
  return to === null ? day >= LAST_TURN : day === to;
}

const LAST_TURN = [...theirPolicy.rules, ...theirPolicy.switches.flatMap(({ settings }) => settings)]
  .map(({ from }) => from)
  .sort()
  .at(-1)!;

/** What a rule names and no row on such a day is about that it decides. */
function uncovered(rule: PolicyRule, isDay: (day: Day) => boolean): readonly string[] {
  const decided = judged.filter(
    ({ row, decision }) => decision.rule?.ruleId === rule.ruleId && isDay(row.when.slice(0, 10)),
  );
  const relations = decided.filter(({ row }) => !row.message.includes('recipient'));
  const named: readonly (readonly [AnyOr<string>, readonly string[]])[] = [
    [rule.channels, decided.map(({ row }) => row.channel)],
    [rule.audiences === 'any' ? audiences : rule.audiences, decided.map(({ row }) => row.audience)],
    [rule.relations, relations.map(({ decision }) => decision.relation)],
    [rule.sectors, decided.map(({ row }) => row.sector)],
    [rule.goods ?? 'any', decided.flatMap(({ row }) => / ?goods ([a-z-]+)/.exec(row.message)?.[1] ?? [])],
  ];
  return named.flatMap(([codes, told]) =>
    codes === 'any' ? [] : codes.filter((code) => !told.includes(code)),
  );
}

/** Whether some case to which a rule on calls applies on one day has another answer on the day beyond, at that hour. */
function isAnsweredAnew(callRuleId: string, day: Day, beyond: Day): boolean {
  const inside = judged.filter(
    ({ row, decision }) => decision.rule?.callRuleId === callRuleId && row.when.startsWith(day),
  );
  return inside.some(({ row: one }) =>
    rows.some(
      (row) =>
        row.when === one.when.replace(day, beyond) && isSameCase(row, one) && row.answer !== one.answer,
    ),
  );
}

/** Whether some case that a rule decides on one day is asked on the day beyond as well, and decided by another. */
function turnsOn(ruleId: string, day: string, beyond: string): boolean {
  return onDay(ruleId, day).some((inside) =>
    rows.some((row) => row.when.startsWith(beyond) && row.ruleId !== ruleId && isSameCase(row, inside)),
  );
}

function isSameCase(a: TableRow, b: TableRow): boolean {
  const caseOf = ({ channel, audience, sector, situation, message }: TableRow) =>
    [channel, audience, sector, situation, message].join();
  return caseOf(a) === caseOf(b);
}

function dayOf({ row }: { readonly row: TableRow }): string {
  return row.when.slice(0, 10);
}
