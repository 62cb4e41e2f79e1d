import { expect, it } from '@jest/globals';
import { Coalesced } from './coalesced.js';

it('writes one at once, and together what comes meanwhile; each gets its own result', async () => {
  const written: number[][] = [];
  const coalesced = new Coalesced<number, string>({
    write: async (items) => {
      written.push([...items]);
      return items.map(String);
    },
    isCommon: () => true,
  });
  expect(await coalesced.add(7)).toBe('7');
  const numbers = Array.from({ length: 300 }, (_, index) => index);
  expect(await Promise.all(numbers.map((one) => coalesced.add(one)))).toEqual(numbers.map(String));
  expect(written.map(({ length }) => length)).toEqual([1, 256, 44]);
  expect(written.slice(1).flat()).toEqual(numbers);
});

it('one that cannot be written does not fail its neighbours', async () => {
  const coalesced = new Coalesced<string, string>({
    write: async (items) => {
      if (items.includes('bad')) throw new Error('no');
      return items;
    },
    isCommon: () => false,
  });
  const all = ['first', 'one', 'bad', 'two'].map((item) => coalesced.add(item));
  const statuses = (await Promise.allSettled(all)).map(({ status }) => status);
  expect(statuses).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(await coalesced.add('later')).toBe('later');
});

it("what is nobody's fault is told to all, without another attempt", async () => {
  let calls = 0;
  const coalesced = new Coalesced<string, string>({
    write: async () => {
      calls += 1;
      throw new Error('away');
    },
    isCommon: () => true,
  });
  const all = ['first', 'one', 'two'].map((item) => coalesced.add(item));
  expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
  expect(calls).toBe(2);
});
