import { expect, it } from '@jest/globals';
import { ConcurrencyConflict } from '../errors.js';
import type { NewEvent, NonEmpty } from '../port.js';
import type { Current } from './harness.js';
import { NO_STREAM, aStream, anEvent, at, events, readAll } from './samples.js';

/** Point 35: neighbours in time are strangers. It needs no fault of the line, so every store passes it. */
export function neighbours(current: Current): void {
  it('35 one failing append does not fail its neighbours', async () => {
    const { store, eraser, findsIdsByPlace = false } = current();
    const [closed, taken] = [aStream('personal'), aStream()];
    await eraser.close(closed, NO_STREAM);
    const known = events(1);
    await store.append(taken, NO_STREAM, known);
    const good = Array.from({ length: 10 }, () => aStream());
    const oversize: NonEmpty<NewEvent> = [anEvent({ text: 'x'.repeat(2_000_000) })];
    const failing = [
      () => store.append(taken, NO_STREAM, events(1)),
      () => store.append(aStream(), at(4), events(1)),
      () => store.append(closed, NO_STREAM, events(1)),
      () => store.append(aStream(), NO_STREAM, oversize),
      ...(findsIdsByPlace ? [] : [() => store.append(aStream(), NO_STREAM, known)]),
    ];
    const outcomes = await Promise.allSettled(
      good.flatMap((stream, i) => [
        store.append(stream, NO_STREAM, events(2)),
        ...(failing[i] ? [failing[i]()] : []),
      ]),
    );
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(failing.length);
    for (const stream of good) expect(await readAll(store, stream)).toHaveLength(2);
    await expect(store.append(taken, at(7), events(1))).rejects.toThrow(ConcurrencyConflict);
  });
}
