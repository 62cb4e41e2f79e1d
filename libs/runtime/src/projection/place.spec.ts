import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Position, StoredEvent } from '#event-store';
import { concernedBy } from './concerned.js';
import { afterEvents, checkpointOf, isBefore, START } from './place.js';
import { connectedTo } from './retry.js';
import { lowestOfForemost } from './starting-line.js';

// Goal: the arithmetic of following, without a database. Method: properties over random logs.

const at = (n: number): Position => String(n).padStart(20, '0') as Position;

function event(n: number, stream = `points-${randomUUID()}`): StoredEvent {
  const id = randomUUID();
  return {
    ...{ id, stream, revision: BigInt(n), position: at(n), type: 'T', data: {} },
    ...{ metadata: {}, recordedAt: new Date() },
  };
}

const logs = fc
  .array(fc.boolean(), { maxLength: 40 })
  .map((lasting) => lasting.map((isLasting, i) => event(i + 1, `${isLasting ? 'points' : 'personal'}-x`)));

describe('a place', () => {
  it('is the same whatever the batches', () => {
    fc.assert(
      fc.property(logs, fc.array(fc.nat(5)), (log, sizes) => {
        let place = START;
        let from = 0;
        for (const size of sizes) {
          place = afterEvents(place, log.slice(from, from + size));
          from += size;
        }
        expect(afterEvents(place, log.slice(from))).toEqual(afterEvents(START, log));
      }),
    );
  });

  it('counts all events, but tells only lasting ones apart: purged streams change nothing', () => {
    fc.assert(
      fc.property(logs, (log) => {
        const lasting = log.filter(({ stream }) => stream === 'points-x');
        const [all, some] = [afterEvents(START, log), afterEvents(START, lasting)];
        expect({ ...all, seen: 0n, position: undefined }).toEqual({ ...some, seen: 0n, position: undefined });
        expect(all.seen).toBe(BigInt(log.length));
        expect(all.anchor?.eventId).toBe(lasting.at(-1)?.id);
      }),
    );
  });

  it('notices one missing, doubled or exchanged event', () => {
    const log = Array.from({ length: 9 }, (_, i) => event(i + 1));
    const { idsXor, events } = afterEvents(START, log);
    const others = [log.slice(1), [...log, log[3]!], [...log.slice(1), event(10)]];
    for (const other of others.map((changed) => afterEvents(START, changed)))
      expect([other.idsXor, other.events]).not.toEqual([idsXor, events]);
  });

  it('resumes from its anchor, from the start without one', () => {
    expect(checkpointOf(START)).toBe('start');
    expect(checkpointOf(afterEvents(START, [event(1, 'personal-x')]))).toBe('start');
    const log = [event(1), event(2, 'personal-x')];
    expect(checkpointOf(afterEvents(START, log))).toEqual({
      position: at(2),
      anchor: { position: at(1), eventId: log[0]!.id },
    });
  });

  it('is ordered, the start before everything', () => {
    expect([isBefore(undefined, at(1)), isBefore(at(1), undefined), isBefore(undefined, undefined)]).toEqual([
      true,
      false,
      false,
    ]);
    expect([isBefore(at(9), at(10)), isBefore(at(10), at(10))]).toEqual([true, false]);
  });
});

describe('the common start', () => {
  it('is the lowest place of those that are near the foremost', () => {
    const place = (seen: number) => ({ ...START, seen: BigInt(seen), position: at(seen) });
    expect(lowestOfForemost([])).toBeUndefined();
    expect(lowestOfForemost([START, START])).toBe(START);
    expect(lowestOfForemost([place(50_000), place(45_000), START])?.seen).toBe(45_000n);
    expect(lowestOfForemost([place(9_000), START])).toBe(START);
  });
});

describe('whom an event concerns', () => {
  const [anna, bert, stream] = [randomUUID(), randomUUID(), randomUUID()];
  it.each<[string, string, unknown, string[]]>([
    [
      'its subjects, its stream and the id of that',
      `request-${stream}`,
      { sub: [anna, bert] },
      [stream, anna, bert],
    ],
    ['its stream only, when the metadata tell nothing', `consent-${anna}`, null, [anna]],
    ['what is readable of its metadata', `consent-${anna}`, { sub: ['no id', 7, bert] }, [anna, bert]],
    ['nobody by the nil id', 'ledger-00000000-0000-0000-0000-000000000000', {}, []],
  ])('%s', (_, name, metadata, ids) => {
    expect(concernedBy({ stream: name, metadata: metadata as never })).toEqual([name, ...ids]);
  });
});

describe('parked events that hang together', () => {
  it('are found over any number of shared subjects, in the order of the log', () => {
    const parked = ['ab', 'bc', 'x', 'cd', 'y', 'dy'].map((who, i) => ({
      eventId: String(i),
      concerned: Array.from(who),
    }));
    expect(connectedTo(parked, '4').map(({ eventId }) => eventId)).toEqual(['0', '1', '3', '4', '5']);
    expect(connectedTo(parked, '2').map(({ eventId }) => eventId)).toEqual(['2']);
    expect(connectedTo(parked, 'unknown')).toEqual([]);
  });
});
