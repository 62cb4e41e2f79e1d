import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PurgeFact } from './audit-facts.js';
import { purgeDue, type PurgeSituation } from './purge-due.js';

// Goal: a purge comes when streams wait, when somebody asks, and a search when an old disk may have come back; and none
// of them again and again. Method: one situation per rule, then a property over any past.

const now = '2026-11-21T12:00:00.000Z';
const ago = (hours: number): string => new Date(Date.parse(now) - hours * 3_600_000).toISOString();
const run = (hoursAgo: number, nodes = ['a:2113'], technique?: 'stream-scavenge'): PurgeFact => ({
  type: 'PurgeRunRecorded',
  recordedAt: ago(hoursAgo),
  data: {
    runId: `run-${String(hoursAgo)}`,
    startedAt: ago(hoursAgo + 0.5),
    endedAt: ago(hoursAgo),
    nodes: nodes.map((node) => ({ node, runs: 1, foundBefore: 0, remaining: 0 })),
    ...(technique === undefined ? {} : { technique }),
  },
});
const request = (runId: string): PurgeFact => ({ type: 'PurgeRequested', recordedAt: now, data: { runId } });
const dueIn = (situation: Partial<PurgeSituation>) =>
  purgeDue({
    ...{ now, purgeEveryHours: 24, purges: [run(2)], waitsSince: [], hasClosings: true, nodes: undefined },
    ...situation,
  });

describe('a purge', () => {
  it('is due when a closed stream has waited long enough', () => {
    expect(dueIn({ waitsSince: [ago(23)] })).toBeUndefined();
    expect(dueIn({ waitsSince: [ago(23), ago(24)] })).toEqual({ kind: 'streams-wait' });
  });

  it('that left something behind is repeated, and not at once', () => {
    const last = (hoursAgo: number): PurgeFact[] => [run(hoursAgo, ['a:2113'], 'stream-scavenge')];
    expect(dueIn({ purges: last(0.5), waitsSince: [ago(30)] })).toBeUndefined();
    expect(dueIn({ purges: last(1), waitsSince: [ago(30)] })).toEqual({ kind: 'streams-wait' });
    // What was closed after it began is no repetition.
    expect(dueIn({ purges: last(0.5), waitsSince: [ago(0.7)], purgeEveryHours: 0.5 })).toEqual({
      kind: 'streams-wait',
    });
  });

  it('is due when it is asked for, the oldest wish first, once', () => {
    const purges = [request('second'), request('first'), run(2)];
    expect(dueIn({ purges })).toEqual({ kind: 'requested', runId: 'first' });
    expect(dueIn({ purges: [request('run-2'), run(2)] })).toBeUndefined();
  });
});

describe('a search', () => {
  it('is due every week once anything was ever closed', () => {
    expect(dueIn({ purges: [run(7 * 24 - 1)] })).toBeUndefined();
    expect(dueIn({ purges: [run(7 * 24)] })).toEqual({ kind: 'search' });
    expect(dueIn({ purges: [] })).toEqual({ kind: 'search' });
    expect(dueIn({ purges: [], hasClosings: false })).toBeUndefined();
  });

  it('is due when a node is there that the last run did not name, at most every hour', () => {
    const grown = { nodes: ['a:2113', 'b:2113'] };
    expect(dueIn({ ...grown, purges: [run(2)] })).toEqual({ kind: 'search' });
    expect(dueIn({ ...grown, purges: [run(2, ['b:2113', 'a:2113'])] })).toBeUndefined();
    expect(dueIn({ ...grown, purges: [run(0.5)] })).toBeUndefined();
  });
});

it('nothing is due right after a run that took everything', () => {
  const hours = fc.integer({ min: 1, max: 1000 });
  fc.assert(
    fc.property(fc.array(hours), fc.subarray(['a:2113', 'b:2113']), (past, nodes) => {
      const purges = [run(0, ['a:2113', 'b:2113'], 'stream-scavenge'), ...past.sort().map((h) => run(h))];
      expect(dueIn({ purges, nodes })).toBeUndefined();
    }),
  );
});
