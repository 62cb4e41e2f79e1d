import { describe, expect, it } from '@jest/globals';
import { Inbox } from './inbox.js';

const never = new AbortController().signal;
const filled = (items: readonly number[], room = { items: 4, bytes: 100 }): Inbox<number> => {
  const inbox = new Inbox<number>(room);
  for (const item of items) inbox.put(item, 10);
  return inbox;
};

describe('inbox of a subscription', () => {
  it('gives items in their order, and waits for the next', async () => {
    const inbox = filled([1, 2]);
    const taken = [await inbox.take(never), await inbox.take(never)];
    const third = inbox.take(never);
    inbox.put(3, 10);
    expect([...taken, await third]).toEqual([1, 2, 3]);
  });

  it('is full by number or by weight, and takes one item of any weight', () => {
    expect(filled([1, 2, 3]).isFull).toBe(false);
    expect(filled([1, 2, 3, 4]).isFull).toBe(true);
    expect(filled([1, 2], { items: 100, bytes: 20 }).isFull).toBe(true);
    expect(filled([], { items: 100, bytes: 1 }).isFull).toBe(false);
  });

  it('calls back when half of it is done, at once if it is, and not after the wish is taken back', async () => {
    const inbox = filled([1, 2, 3, 4]);
    let calls = 0;
    const count = (): void => {
      calls += 1;
    };
    inbox.onRoom(count);
    inbox.onRoom(count)();
    await inbox.take(never);
    expect(calls).toBe(0);
    await inbox.take(never);
    expect(calls).toBe(1);
    inbox.onRoom(count);
    expect(calls).toBe(2);
  });

  it('gives what is there before it fails', async () => {
    const inbox = filled([1]);
    inbox.fail(new Error('no more'));
    expect(await inbox.take(never)).toBe(1);
    await expect(inbox.take(never)).rejects.toThrow('no more');
  });

  it('ends with its signal, although items wait', async () => {
    const stop = new AbortController();
    const waiting = filled([]).take(stop.signal);
    stop.abort();
    expect(await waiting).toBeUndefined();
    expect(await filled([1]).take(stop.signal)).toBeUndefined();
  });
});
