import { describe, expect, it } from '@jest/globals';
import { agentOutcomes, type TaskState } from '../application/agent-tasks.js';
import { agentPage } from './agent.page.js';

// Goal: whatever the state of a contact, even where it is not known, the page has the button for a person who says no,
// and never one that the state forbids. Method: every state in both languages.

const named = { channel: 'phone-human', purposeName: 'Appels' } as const;
const until = '2026-11-20T13:05:00.000Z';
const states: readonly (readonly [string, TaskState | undefined, readonly string[]])[] = [
  ['permitted', { reasons: [], isExpired: false }, ['reserve']],
  ['not permitted', { reasons: ['outside-call-hours'], isExpired: false }, []],
  ['reserved', { reasons: [], reservedUntil: until, isExpired: false }, agentOutcomes],
  [
    'reserved, and not permitted any more',
    { reasons: ['withdrawn'], reservedUntil: until, isExpired: false },
    agentOutcomes,
  ],
  ['made', { reasons: [], outcome: 'busy', isExpired: false }, agentOutcomes],
  ['past its end', { reasons: [], isExpired: true }, []],
  ['not known, because the ledger does not answer', undefined, []],
];

describe.each(['fr', 'en'] as const)('the page in %s', (language) => {
  it.each(states)('of a contact that is %s', (_, state, buttons) => {
    const page = agentPage(language, named, state, undefined);
    const offered = [...page.matchAll(/name="act" value="([a-z-]+)"/g)].map(([, act]) => act);
    expect(offered).toEqual([...buttons, 'stop']);
    expect(page).not.toMatch(/undefined|\[object/);
  });

  it('tells the hour in Paris, and what the ledger declined', () => {
    const state = { reasons: [], reservedUntil: until, isExpired: false };
    expect(agentPage(language, named, state, undefined)).toContain('14:05');
    expect(agentPage(language, named, state, 'call-limit-reached')).toContain('role="alert"');
  });
});
