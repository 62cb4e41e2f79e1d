import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventLog } from './event-log.js';
import { Scavenges } from './scavenge.js';
import type { Expectation, ProposedEvent } from './record.js';

let serial = 0;

function anEvent(id = `event-${(serial += 1)}`): ProposedEvent {
  return { id, type: 'ConsentGiven', isJson: true, data: Buffer.from('{}'), metadata: new Uint8Array() };
}

const ANY: Expectation = { kind: 'any' };
const NO_STREAM: Expectation = { kind: 'noStream' };
const at = (revision: number): Expectation => ({ kind: 'revision', revision: BigInt(revision) });
const userRecords = (log: EventLog) => log.records.filter(({ stream }) => !stream.startsWith('$'));
const revisionsOf = (log: EventLog, stream: string) => {
  const content = log.read(stream);
  return content.kind === 'events' ? content.events.map(({ revision }) => Number(revision)) : content.kind;
};
const metadata = (text: string): ProposedEvent => ({
  ...anEvent(),
  type: '$metadata',
  data: Buffer.from(text),
});

describe('the order', () => {
  it('has jumping positions, strictly increasing, and gapless revisions in every stream', () => {
    const stream = fc.constantFrom('a-1', 'b-1', 'c-1');
    fc.assert(
      fc.property(fc.array(fc.tuple(stream, fc.nat(3))), (appends) => {
        const log = new EventLog();
        for (const [name, count] of appends)
          log.append(
            name,
            ANY,
            Array.from({ length: count }, () => anEvent()),
          );
        const positions = log.records.map(({ position }) => position);
        expect(positions).toEqual([...new Set(positions)].sort((a, b) => (a < b ? -1 : 1)));
        for (const name of ['a-1', 'b-1', 'c-1']) {
          const revisions = log.records.filter((r) => r.stream === name).map((r) => Number(r.revision));
          expect(revisions).toEqual(revisions.map((_, index) => index));
        }
      }),
    );
  });

  it('has room for an empty append, which nobody sees', () => {
    const log = new EventLog();
    expect(log.append('a-1', NO_STREAM, [])).toMatchObject({ kind: 'done', revision: -1n });
    expect(userRecords(log)).toEqual([]);
    expect(log.read('a-1').kind).toBe('absent');
  });
});

describe('a retry', () => {
  it('has the old position, and none once the event is no longer readable', () => {
    const log = new EventLog();
    const event = anEvent();
    const first = log.append('a-1', NO_STREAM, [event]);
    log.append('a-1', at(0), [anEvent()]);
    expect(log.append('a-1', NO_STREAM, [event])).toEqual(first);
    log.append('$$a-1', ANY, [metadata('{"$tb":1}')]);
    expect(log.append('a-1', NO_STREAM, [event])).toEqual({
      kind: 'done',
      revision: 0n,
      position: undefined,
    });
  });

  it('of any revision writes duplicates after a restart; at an exact one it never does', () => {
    const log = new EventLog();
    const [loose, exact] = [anEvent(), anEvent()];
    log.append('a-1', ANY, [loose]);
    log.append('b-1', NO_STREAM, [exact]);
    log.append('a-1', ANY, [loose]);
    expect(userRecords(log)).toHaveLength(2);
    log.start();
    log.append('a-1', ANY, [loose]);
    log.append('b-1', NO_STREAM, [exact]);
    expect(userRecords(log).map(({ stream }) => stream)).toEqual(['a-1', 'b-1', 'a-1']);
  });
});

describe('metadata', () => {
  it('hides what is truncated or beyond the count', () => {
    const log = new EventLog();
    log.append('a-1', NO_STREAM, [anEvent(), anEvent(), anEvent(), anEvent()]);
    log.append('$$a-1', NO_STREAM, [metadata('{"$tb":1}')]);
    expect(revisionsOf(log, 'a-1')).toEqual([1, 2, 3]);
    log.append('$$a-1', at(0), [metadata('{"$maxCount":2}')]);
    expect(revisionsOf(log, 'a-1')).toEqual([2, 3]);
    expect(userRecords(log)).toHaveLength(4);
  });

  it('of a soft delete hides everything until the next append, whose revision goes on', () => {
    const log = new EventLog();
    log.append('a-1', NO_STREAM, [anEvent(), anEvent()]);
    expect(log.softDelete('a-1', at(1)).kind).toBe('done');
    expect(revisionsOf(log, 'a-1')).toBe('absent');
    expect(log.append('a-1', NO_STREAM, [anEvent()])).toMatchObject({ revision: 2n });
    expect(revisionsOf(log, 'a-1')).toEqual([2]);
  });
});

describe('a tombstone', () => {
  it('ends a stream that was never written, its metadata too', () => {
    const log = new EventLog();
    expect(log.tombstone('a-1', NO_STREAM).kind).toBe('done');
    expect(log.append('a-1', NO_STREAM, [anEvent()]).kind).toBe('tombstoned');
    expect(log.append('$$a-1', ANY, [metadata('{}')]).kind).toBe('tombstoned');
    expect(log.tombstone('a-1', ANY).kind).toBe('tombstoned');
  });

  it('at another revision is refused with raw signed revisions', () => {
    const log = new EventLog();
    expect(log.tombstone('a-1', at(4))).toEqual({ kind: 'conflict', expected: 4n, actual: -1n });
    log.append('a-1', NO_STREAM, [anEvent()]);
    expect(log.tombstone('a-1', NO_STREAM)).toEqual({ kind: 'conflict', expected: -1n, actual: 0n });
  });
});

describe('a scavenge', () => {
  it('removes all of a tombstoned stream but the tombstone, and nothing of its neighbours', () => {
    const log = new EventLog();
    const [gone, kept] = [anEvent(), anEvent()];
    log.append('a-1', NO_STREAM, [gone]);
    log.append('$$a-1', NO_STREAM, [metadata('{"note":1}')]);
    log.append('b-1', NO_STREAM, [kept]);
    log.tombstone('a-1', at(0));
    expect(log.records.map(({ id }) => id)).toContain(gone.id);
    new Scavenges(log).start();
    expect(userRecords(log).map(({ type }) => type)).toEqual(['ConsentGiven', '$streamDeleted']);
    expect(userRecords(log)[0]?.id).toBe(kept.id);
    expect(log.records.some(({ stream }) => stream === '$$a-1')).toBe(false);
    expect(log.append('a-1', NO_STREAM, [anEvent()]).kind).toBe('tombstoned');
  });

  it('keeps the last event of a softly deleted stream', () => {
    const log = new EventLog();
    const last = anEvent();
    log.append('a-1', NO_STREAM, [anEvent(), last]);
    log.softDelete('a-1', ANY);
    new Scavenges(log).start();
    expect(userRecords(log).map(({ id }) => id)).toEqual([last.id]);
  });

  it('lets positions jump to the next 256 MiB', () => {
    const log = new EventLog();
    const scavenges = new Scavenges(log);
    log.append('a-1', NO_STREAM, [anEvent()]);
    scavenges.start();
    const chunk = 256n * 1024n * 1024n;
    expect(log.records.at(-1)?.position).toBeGreaterThanOrEqual(chunk);
    expect(log.records.at(-1)?.position).toBeLessThan(chunk + 10_000n);
    scavenges.start();
    expect(log.records.at(-1)?.position).toBeGreaterThanOrEqual(2n * chunk);
  });
});

describe('a cluster', () => {
  const idsOn = (log: EventLog) => userRecords(log).map(({ id }) => id);
  /** Two nodes; one stream tombstoned, then another after the first scavenge point. */
  function twoNodes() {
    const leader = new EventLog();
    const follower = leader.replicate();
    return { leader, follower, onLeader: new Scavenges(leader), onFollower: new Scavenges(follower) };
  }

  it('has one order, whoever is written to, and each node its own disk', () => {
    const { leader, follower, onFollower } = twoNodes();
    const [gone, kept] = [anEvent(), anEvent()];
    follower.append('a-1', NO_STREAM, [gone]);
    leader.append('b-1', NO_STREAM, [kept]);
    expect(follower.records).toEqual(leader.records);
    follower.tombstone('a-1', at(0));
    onFollower.start();
    expect(idsOn(follower)).not.toContain(gone.id);
    expect(idsOn(leader)).toContain(gone.id);
    expect(idsOn(leader.replicate())).toContain(gone.id);
  });

  it('re-uses a scavenge point that a node has not done: what was hidden later stays', () => {
    const { leader, follower, onLeader, onFollower } = twoNodes();
    const [early, late] = [anEvent(), anEvent()];
    leader.append('a-1', NO_STREAM, [early]);
    leader.append('b-1', NO_STREAM, [late]);
    leader.tombstone('a-1', at(0));
    onLeader.start();
    leader.tombstone('b-1', at(0));
    onFollower.start();
    expect(idsOn(follower)).not.toContain(early.id);
    expect(idsOn(follower)).toContain(late.id);
    onFollower.start();
    expect(idsOn(follower)).not.toContain(late.id);
  });

  it('goes on with the point of a run that was interrupted', () => {
    const { leader, onLeader } = twoNodes();
    const [early, late] = [anEvent(), anEvent()];
    leader.append('a-1', NO_STREAM, [early]);
    leader.append('b-1', NO_STREAM, [late]);
    leader.tombstone('a-1', at(0));
    onLeader.hold();
    onLeader.start();
    expect(onLeader.start()).toBeUndefined();
    onLeader.interrupt();
    leader.tombstone('b-1', at(0));
    onLeader.start();
    expect(idsOn(leader)).not.toContain(early.id);
    expect(idsOn(leader)).toContain(late.id);
  });
});

describe('a backup', () => {
  it('put back takes away what was written since, in streams and in the order of all, and is not written to', () => {
    const log = new EventLog();
    log.append('a-1', ANY, [anEvent(), anEvent()]);
    const backup = log.backUp();
    const before = log.records.map(({ id, position }) => [id, position]);
    for (const isAgain of [false, true]) {
      log.append('a-1', at(1), [anEvent()]);
      log.append('b-1', NO_STREAM, [anEvent()]);
      if (isAgain) log.tombstone('a-1', ANY);
      log.putBack(backup);
      expect(log.records.slice(0, before.length).map(({ id, position }) => [id, position])).toEqual(before);
      expect(revisionsOf(log, 'a-1')).toEqual([0, 1]);
      expect(revisionsOf(log, 'b-1')).toBe('absent');
    }
  });
});
