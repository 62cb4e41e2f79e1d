import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Rejection } from '#kernel';
import { recordRows } from './row-commands.js';
import { contextOf } from './write-path.harness.js';

// Goal: a row that is declined or fails takes no other row with it, each is its own command, and who comes first does.

interface Row {
  readonly subjectId: string;
  readonly says: string;
}
const people = Array.from({ length: 20 }, () => randomUUID());
const rows: readonly Row[] = [...people, ...people].map((subjectId, index) => ({
  subjectId,
  says: String(index),
}));
const context = contextOf(randomUUID());

describe('the rows of a batch', () => {
  it('are recorded each once, answered in their order, and about one person one after the other', async () => {
    const begun: Row[] = [];
    const underWay = new Set<string>();
    const outcomes = await recordRows(rows, context, async (row) => {
      expect(underWay.has(row.subjectId)).toBe(false);
      underWay.add(row.subjectId);
      begun.push(row);
      await new Promise(setImmediate);
      underWay.delete(row.subjectId);
      return row.says;
    });
    expect(outcomes).toEqual(rows.map(({ says }) => says));
    expect(begun).toHaveLength(rows.length);
    for (const person of people) {
      const theirs = begun.filter(({ subjectId }) => subjectId === person).map(({ says }) => Number(says));
      expect(theirs).toEqual([...theirs].sort((a, b) => a - b));
    }
  });

  it('begin with those of the people who come first', async () => {
    const begun: string[] = [];
    const last = rows.slice(-3);
    await recordRows(
      rows,
      context,
      async ({ subjectId }) => {
        begun.push(subjectId);
      },
      last,
    );
    const first = new Set(last.map(({ subjectId }) => subjectId));
    expect(new Set(begun.slice(0, first.size))).toEqual(first);
  });

  it('are commands of their own, the same on every try', async () => {
    const ids = () => recordRows(rows, context, async (_, own) => own.commandId);
    const once = await ids();
    expect(new Set([...once, context.commandId]).size).toBe(rows.length + 1);
    expect(await ids()).toEqual(once);
  });

  it('that are declined stop no other one', async () => {
    const outcomes = await recordRows(rows, context, async ({ says }) => {
      if (says === '3') throw new Rejection('subject-unknown');
      return says;
    });
    expect(outcomes[3]).toMatchObject({ declined: { code: 'subject-unknown' } });
    expect(outcomes.filter((outcome) => typeof outcome === 'string')).toHaveLength(rows.length - 1);
  });

  it('that fail are told of when all others have come to their end', async () => {
    let recorded = 0;
    const failing = recordRows(rows, context, async ({ says }) => {
      if (says === '0') throw new Error('the store is away');
      await new Promise(setImmediate);
      recorded += 1;
    });
    await expect(failing).rejects.toThrow('the store is away');
    expect(recorded).toBe(rows.length - 1);
  });
});
