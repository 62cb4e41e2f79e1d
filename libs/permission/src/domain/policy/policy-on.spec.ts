import { describe, expect, it } from '@jest/globals';
import { addDays } from '#kernel';
import { fr20261121 as policy } from './fr-2026-11-21/policy.js';
import type { Policy, PolicyRule } from './policy.js';
import { holdsOn, policyOn } from './policy-on.js';

// Goal: what holds on a day is what the dates of the data say, and adding or ending a rule is a change of data alone.
// Method: every dated entry on its first and last day and one day beyond; the days on which the law changed by name.

const idsOn = (day: string, from: Policy = policy) => policyOn(from, day)?.rules.map(({ ruleId }) => ruleId);
const dated = [
  ...[...policy.rules, ...policy.callRules, ...policy.obligations, ...policy.unverified].map(
    ({ ruleId, ...period }) => [ruleId, period] as const,
  ),
  ...policy.requirements.map(({ requirementId, ...period }) => [requirementId, period] as const),
];

/** Whether an entry is in the answer about a day. */
function isTold(id: string, day: string): boolean {
  const { rules, callRules, obligations, unverified, requirements } = policyOn(policy, day)!;
  const ids = [...rules, ...callRules, ...obligations, ...unverified].map(({ ruleId }) => ruleId);
  return [...ids, ...requirements.map(({ requirementId }) => requirementId)].includes(id);
}

describe('a dated entry', () => {
  it.each(dated)('%s holds from its first day to its last, and not a day beyond', (id, { from, to }) => {
    expect(isTold(id, from)).toBe(true);
    if (from > policy.from) expect(isTold(id, addDays(from, -1))).toBe(false);
    expect(isTold(id, to ?? '9999-12-31')).toBe(true);
    if (to !== null) expect(isTold(id, addDays(to, 1))).toBe(false);
  });

  it('of one day holds on that day', () => {
    const oneDay = { from: '2026-08-11', to: '2026-08-11' };
    expect(['2026-08-10', '2026-08-11', '2026-08-12'].map((day) => holdsOn(oneDay, day))).toEqual([
      false,
      true,
      false,
    ]);
  });
});

describe('the day on which calling consumers became opt-in', () => {
  const phone = (day: string) =>
    policyOn(policy, day)!
      .rules.filter(({ channels, audiences }) => channels.includes('phone-human') && audiences !== 'any')
      .filter(({ audiences }) => audiences.includes('consumer'))
      .map(({ ruleId, result }) => `${ruleId} ${result}`);

  it('changes the rules between two midnights of Paris', () => {
    expect(phone('2026-08-10')).toEqual([
      'PH-C-0 opt-out',
      'PH-C-0b allowed-no-consent',
      'PH-C-4 forbidden',
      'PH-C-4b forbidden',
    ]);
    expect(phone('2026-08-11')).toEqual([
      'PH-C-1 opt-in',
      'PH-C-2 allowed-no-consent',
      'PH-C-3 opt-out',
      'PH-C-4 forbidden',
      'PH-C-4c forbidden',
      'PH-C-5 allowed-no-consent',
    ]);
  });

  it('changes the hours, the record and the switch with them', () => {
    const [before, after] = [policyOn(policy, '2026-08-10')!, policyOn(policy, '2026-08-11')!];
    expect([before, after].map(({ callRules }) => callRules.map(({ ruleId }) => ruleId))).toEqual([
      ['CALL-2023'],
      ['CALL-2026'],
    ]);
    const groups = [before, after].map(({ requirements }) => new Set(requirements.map(({ group }) => group)));
    expect(groups).toEqual([new Set(['soft-opt-in']), new Set(['soft-opt-in', 'phone-consent'])]);
    const phoneOptIn = [before, after].map(({ switches }) => switches[0]);
    expect(phoneOptIn).toMatchObject([
      { switchId: 'phone-opt-in', state: 'off', to: '2026-08-10' },
      { switchId: 'phone-opt-in', state: 'on', from: '2026-08-11', to: null },
    ]);
  });
});

describe('a day before the policy begins', () => {
  it('has no answer, rather than a guess', () => {
    expect(policyOn(policy, '2018-05-25')).toBeDefined();
    expect(policyOn(policy, '2018-05-24')).toBeUndefined();
    expect(policyOn(policy, '0000-01-01')).toBeUndefined();
  });
});

describe('new law', () => {
  const without = policy.rules.filter(({ ruleId }) => ruleId !== 'PU-1');
  const pushRule = policy.rules.find(({ ruleId }) => ruleId === 'PU-1')!;

  it('that ends a rule is a date in the data', () => {
    const ended: Policy = { ...policy, rules: [...without, { ...pushRule, to: '2027-03-31' }] };
    expect(idsOn('2027-03-31', ended)).toContain('PU-1');
    expect(idsOn('2027-04-01', ended)).not.toContain('PU-1');
  });

  it('that adds a rule is a row in the data', () => {
    const added: PolicyRule = { ...pushRule, ruleId: 'PU-2', from: '2027-04-01', result: 'forbidden' };
    const next: Policy = { ...policy, rules: [...policy.rules, added] };
    expect(idsOn('2027-03-31', next)).toEqual(idsOn('2027-03-31'));
    expect(idsOn('2027-04-01', next)).toEqual([...(idsOn('2027-04-01') ?? []), 'PU-2']);
  });
});
