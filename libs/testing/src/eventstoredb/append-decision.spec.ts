import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decideAppend, type StreamView } from './append-decision.js';
import type { Expectation } from './record.js';

/** A stream that holds these ids from revision 0; `recent`: those that were written since the start. */
function streamOf(ids: readonly string[], more: Partial<StreamView> = {}): StreamView {
  return {
    last: BigInt(ids.length) - 1n,
    isTombstoned: false,
    isSoftDeleted: false,
    hasMetadata: false,
    idAt: (revision) => ids[Number(revision)],
    recentRevisionOf: () => undefined,
    ...more,
  };
}

const at = (revision: number): Expectation =>
  revision < 0 ? { kind: 'noStream' } : { kind: 'revision', revision: BigInt(revision) };
const ANY: Expectation = { kind: 'any' };
const stream = streamOf(['a', 'b', 'c', 'd']);

describe('an append at an exact revision', () => {
  it.each<[string, number, string[], string]>([
    ['at the newest revision', 3, ['e'], 'write'],
    ['below it', 1, ['x'], 'conflict'],
    ['above it', 4, ['e'], 'conflict'],
    ['the same batch', 1, ['c', 'd'], 'known'],
    ['a prefix of it', 1, ['c'], 'known'],
    ['a suffix at its place', 2, ['d'], 'known'],
    ['a superset that is fully written', -1, ['a', 'b', 'c', 'd'], 'known'],
    ['a batch that is partly written', 2, ['d', 'e'], 'conflict'],
    ['reordered', 1, ['d', 'c'], 'conflict'],
    ['elsewhere', 0, ['c', 'd'], 'conflict'],
    ['nothing, too low', 1, [], 'conflict'],
  ])('%s', (_, revision, ids, kind) => {
    expect(decideAppend(stream, at(revision), ids).kind).toBe(kind);
  });

  it('known gives the revision of the last event of the batch, not of the stream', () => {
    expect(decideAppend(stream, at(-1), ['a', 'b'])).toEqual({ kind: 'known', last: 1n });
  });

  it('is known whatever follows, and a batch with any foreign id never is', () => {
    const ids = fc.uniqueArray(fc.uuid(), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(ids, fc.nat(), fc.nat(), (written, x, y) => {
        const from = x % written.length;
        const batch = written.slice(from, from + 1 + (y % (written.length - from)));
        const long = streamOf([...written, 'later']);
        expect(decideAppend(long, at(from - 1), batch).kind).toBe('known');
        expect(decideAppend(long, at(from - 1), [...batch.slice(0, -1), 'foreign']).kind).toBe('conflict');
      }),
    );
  });

  it('of a tombstoned stream is refused, whatever it is', () => {
    expect(decideAppend(streamOf(['a'], { isTombstoned: true }), at(-1), ['a']).kind).toBe('tombstoned');
  });

  it('with noStream is written after a soft delete', () => {
    expect(decideAppend(streamOf(['a'], { isSoftDeleted: true }), at(-1), ['b']).kind).toBe('write');
  });
});

describe('an append at any revision', () => {
  const recent = streamOf(['a', 'b'], { recentRevisionOf: (id) => ({ a: 0n, b: 1n })[id] });

  it('is known as long as the server remembers', () => {
    expect(decideAppend(recent, ANY, ['a', 'b'])).toEqual({ kind: 'known', last: 1n });
    expect(decideAppend(streamOf(['a', 'b']), ANY, ['a', 'b']).kind).toBe('write');
  });

  it('partly known is a conflict', () => {
    expect(decideAppend(recent, ANY, ['b', 'c']).kind).toBe('conflict');
  });
});

describe('an append to a stream that must exist', () => {
  it.each([
    [streamOf(['a']), 'write'],
    [streamOf([]), 'conflict'],
    [streamOf([], { hasMetadata: true }), 'write'],
    [streamOf(['a'], { isSoftDeleted: true }), 'conflict'],
  ])('case %#', (view, kind) => {
    expect(decideAppend(view, { kind: 'streamExists' }, ['x']).kind).toBe(kind);
  });
});
