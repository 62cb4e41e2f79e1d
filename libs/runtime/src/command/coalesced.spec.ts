import { expect, it } from '@jest/globals';
import { Coalesced } from './coalesced.js';

it('writes one at once, and together what comes meanwhile', async () => {
  const written: number[][] = [];
  const coalesced = new Coalesced<number>(async (items) => void written.push([...items]));
  await coalesced.add(0);
  await Promise.all(Array.from({ length: 300 }, (_, index) => coalesced.add(index)));
  expect(written.map(({ length }) => length)).toEqual([1, 1, 256, 43]);
  expect(written.slice(1).flat()).toEqual(Array.from({ length: 300 }, (_, index) => index));
});

it('a failure is told to those whose statement failed, and to nobody else', async () => {
  const coalesced = new Coalesced<string>(async (items) => {
    if (items.includes('bad')) throw new Error('no');
  });
  const first = coalesced.add('first');
  const together = Promise.allSettled([coalesced.add('bad'), coalesced.add('neighbour')]);
  await first;
  expect((await together).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await coalesced.add('later');
});
