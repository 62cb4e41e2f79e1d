import { describe, expect, it } from '@jest/globals';
import { Unavailable } from '../errors.js';
import { Turns } from './turns.js';

const LONG_MS = 60_000;

/** Work that ends when it is told to. */
function held() {
  let release = (): void => undefined;
  const done = new Promise<void>((resolve) => (release = resolve));
  return { done, release };
}

describe('turns of the writes to one stream', () => {
  it('come in the order of the calls, also after one that failed', async () => {
    const turns = new Turns();
    const seen: number[] = [];
    const first = held();
    const calls = [
      turns.take('a', LONG_MS, () => first.done.then(() => seen.push(1))),
      turns.take('a', LONG_MS, () => Promise.reject(new Error('refused'))),
      turns.take('a', LONG_MS, () => Promise.resolve(seen.push(3))),
    ];
    first.release();
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(seen).toEqual([1, 3]);
  });

  it('of other streams do not wait', async () => {
    const turns = new Turns();
    const first = held();
    const slow = turns.take('a', LONG_MS, () => first.done);
    expect(await turns.take('b', LONG_MS, () => Promise.resolve('done'))).toBe('done');
    first.release();
    await slow;
  });

  it('that do not come in time have written nothing, and let nobody overtake', async () => {
    const turns = new Turns();
    const first = held();
    const seen: number[] = [];
    const slow = turns.take('a', LONG_MS, () => first.done.then(() => seen.push(1)));
    const late = turns.take('a', 5, () => Promise.resolve(seen.push(2)));
    await expect(late).rejects.toMatchObject(new Unavailable('notWritten'));
    const next = turns.take('a', LONG_MS, () => Promise.resolve(seen.push(3)));
    first.release();
    await Promise.all([slow, next, turns.settled()]);
    expect(seen).toEqual([1, 3]);
  });
});
