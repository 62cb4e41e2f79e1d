import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { prepareBatch, revisionOf, revisionOrNone, sizeProblem } from './guard.js';
import { MAX_APPEND_BYTES } from './port.js';
import { placeOf, toPosition } from './position.js';
import { categoryOf, isPersonalStream, isStreamName, isSystemEvent } from './stream-name.js';

const stream = `sample-${randomUUID()}`;
const event = (text: string) => ({ id: randomUUID(), type: 'SampleRecorded', data: text, metadata: {} });

describe('the guard before every append', () => {
  it('counts the bytes of data and metadata as UTF-8 text', () => {
    const batch = prepareBatch(stream, { kind: 'noStream' }, [event('é'), event('abc')]);
    expect(batch.bytes).toBe(4 + 2 + 5 + 2);
    expect(batch.events.map(({ data, metadata }) => [data, metadata])).toEqual([
      ['"é"', '{}'],
      ['"abc"', '{}'],
    ]);
  });

  it('takes exactly the limit and not one byte more', () => {
    const limit = MAX_APPEND_BYTES - '""{}'.length;
    const sized = (bytes: number) =>
      sizeProblem(prepareBatch(stream, { kind: 'noStream' }, [event('x'.repeat(bytes))]));
    expect(sized(limit)).toBeUndefined();
    expect(sized(limit + 1)?.name).toBe('AppendTooLarge');
  });

  it('knows a revision and its absence, and nothing beyond a 64-bit number', () => {
    expect(revisionOf({ kind: 'noStream' })).toBe(-1n);
    expect(revisionOrNone(-1n)).toBeUndefined();
    expect(revisionOrNone(revisionOf({ kind: 'revision', revision: 2n ** 63n - 1n }))).toBe(2n ** 63n - 1n);
    for (const revision of [-1n, 2n ** 63n]) {
      expect(() => revisionOf({ kind: 'revision', revision })).toThrow(RangeError);
    }
  });
});

describe('names', () => {
  it('are a category and a UUID, nothing that a person could be found by', () => {
    const id = randomUUID();
    const names = [`subject-${id}`, `personal-${id}`, 'ledger-00000000-0000-0000-0000-000000000000'];
    expect(names.map(isStreamName)).toEqual([true, true, true]);
    const wrong = [
      id,
      `-${id}`,
      `Subject-${id}`,
      `a-b-${id}`,
      `$x-${id}`,
      `subject-${id.toUpperCase()}`,
      `subject-${id}x`,
    ];
    expect(wrong.filter(isStreamName)).toEqual([]);
    expect(categoryOf(`personal-${id}`)).toBe('personal');
    expect([isPersonalStream(`personal-${id}`), isPersonalStream(`personalia-${id}`)]).toEqual([true, false]);
    expect([isSystemEvent('$x', 'A'), isSystemEvent('x', '$a'), isSystemEvent('x', 'A')]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('positions', () => {
  it('sort as text as they sort as numbers, and come back', () => {
    const place = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(place, place, (a, b) => {
        expect(toPosition(a) < toPosition(b)).toBe(a < b);
        expect(placeOf(toPosition(a))).toBe(a);
      }),
    );
    expect(
      placeOf('0000000000000000000100000000000000000001' as ReturnType<typeof toPosition>),
    ).toBeUndefined();
  });
});
