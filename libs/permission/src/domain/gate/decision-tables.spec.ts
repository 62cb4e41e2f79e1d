import { describe, expect, it } from '@jest/globals';
import { addDays } from '#kernel';
import { decide } from './decide.js';
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
    expect(judged.map(dayOf)).toContain(addDays(from, -1));
    if (to === null) return;
    expect(days).toContain(to);
    expect(days.filter((day) => day > to)).toEqual([]);
    expect(judged.map(dayOf)).toContain(addDays(to, 1));
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
