import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Envelope } from '../envelope/envelope.js';
import { sealEnvelope } from '../envelope/seal.js';
import { KeyResurrectionDetected } from '../errors.js';
import { KeyDatabase, type Queryable } from '../database/key-database.js';
import { KeyDestruction } from './destruction.js';
import { contextIn, openFixture, sealFor, type KeyStoreFixture } from './key-store.fixture.js';

let fixture: KeyStoreFixture;
beforeAll(async () => {
  fixture = await openFixture();
});
beforeEach(() => {
  fixture.alarms.length = 0;
});
afterAll(() => fixture.close());

const sql = (text: string, values: readonly unknown[] = []) => fixture.database.pool.query(text, [...values]);

/** What somebody with every right on the database can do, and a trigger cannot stop. */
async function withoutTrigger(work: () => Promise<unknown>): Promise<void> {
  await sql('ALTER TABLE ks.subject_key DISABLE TRIGGER subject_key_fence');
  await work();
  await sql('ALTER TABLE ks.subject_key ENABLE TRIGGER subject_key_fence');
}

describe('a fenced key (invariant 10)', () => {
  it('can be neither stored again nor inserted under another name', async () => {
    const item = await sealFor(fixture.store, randomUUID(), 'identity', {});
    const { kid, sub } = item.envelope;
    const { rows } = await sql('SELECT * FROM ks.subject_key WHERE kid = $1', [kid]);
    await fixture.store.subjects.destroy({ subjectId: sub, scopes: ['identity'], erasureId: randomUUID() });
    await expect(
      sql(`UPDATE ks.subject_key SET state = 'active', wrapped_dek = $2 WHERE kid = $1`, [
        kid,
        rows[0].wrapped_dek,
      ]),
    ).rejects.toThrow('is fenced');
    await sql('DELETE FROM ks.subject_key WHERE kid = $1', [kid]);
    const again = (subject: string, fp: Buffer) =>
      sql(
        `INSERT INTO ks.subject_key (kid, subject_ref, scope, gen, state, stream, alg, kek_id, wrapped_dek, fp)
         VALUES ('k_x', $1, 'identity', 2, 'active', 'personal-x', 'a', $2, $3, $4)`,
        [subject, rows[0].kek_id, rows[0].wrapped_dek, fp],
      );
    const other = randomUUID();
    await sql('INSERT INTO ks.subject (ref) VALUES ($1)', [other]);
    await expect(again(other, rows[0].fp)).rejects.toThrow('is fenced');
    await expect(again(sub, randomBytes(32))).rejects.toThrow('is fenced');
  });

  it('is refused with an alarm even when a restore put it back behind the trigger', async () => {
    const item = await sealFor(fixture.store, randomUUID(), 'identity', {});
    const { kid, sub } = item.envelope;
    const { rows } = await sql('SELECT wrapped_dek FROM ks.subject_key WHERE kid = $1', [kid]);
    await fixture.store.subjects.destroy({ subjectId: sub, scopes: ['identity'], erasureId: randomUUID() });
    await withoutTrigger(() =>
      sql(`UPDATE ks.subject_key SET state = 'active', wrapped_dek = $2 WHERE kid = $1`, [
        kid,
        rows[0].wrapped_dek,
      ]),
    );
    expect(await fixture.store.subjects.openAll([item])).toEqual([{ unreadable: 'key-resurrected' }]);
    await expect(fixture.store.subjects.seal({ kid }, item.context, {})).rejects.toThrow(
      KeyResurrectionDetected,
    );
    expect(fixture.alarms).toEqual([
      { kind: 'key-resurrected', kid },
      { kind: 'key-resurrected', kid },
    ]);
  });

  it('cannot be behind a cache: a key swapped in the database is noticed', async () => {
    const item = await sealFor(fixture.store, randomUUID(), 'identity', {});
    const { kid } = item.envelope;
    await sql('UPDATE ks.subject_key SET fp = $2 WHERE kid = $1', [kid, randomBytes(32)]);
    expect(await fixture.store.subjects.openAll([item])).toEqual([{ unreadable: 'key-resurrected' }]);
    expect(fixture.alarms).toEqual([{ kind: 'key-resurrected', kid }]);
  });
});

describe('a key row', () => {
  it('does not open under the name of another person', async () => {
    const [mine, theirs] = await Promise.all(
      [1, 2].map((n) => sealFor(fixture.store, randomUUID(), 'identity', { n })),
    );
    await sql(
      `UPDATE ks.subject_key t SET wrapped_dek = s.wrapped_dek FROM ks.subject_key s WHERE t.kid = $1 AND s.kid = $2`,
      [mine!.envelope.kid, theirs!.envelope.kid],
    );
    const restarted = fixture.another();
    restarted.reconciled();
    expect(await restarted.subjects.openAll([mine!])).toEqual([{ unreadable: 'key-damaged' }]);
    expect(fixture.alarms).toEqual([{ kind: 'key-damaged', kid: mine!.envelope.kid }]);
  });

  it('is never shredded and kept, nor alive and empty', async () => {
    const { envelope } = await sealFor(fixture.store, randomUUID(), 'identity', {});
    const set = (assignment: string) =>
      sql(`UPDATE ks.subject_key SET ${assignment} WHERE kid = $1`, [envelope.kid]);
    await expect(set(`state = 'shredded'`)).rejects.toThrow('check');
    await expect(set('wrapped_dek = NULL')).rejects.toThrow('check');
  });
});

describe('an envelope that does not belong', () => {
  it('is told apart: unknown key, altered, no envelope at all', async () => {
    const item = await sealFor(fixture.store, randomUUID(), 'identity', { a: 1 });
    const { envelope, context } = item;
    const foreign = sealEnvelope(
      createSecretKey(randomBytes(32)),
      { kid: 'k_foreign', scp: 'identity', sub: envelope.sub },
      context,
      {},
    );
    const opened = await fixture.store.subjects.openAll([
      { envelope: foreign, context },
      { envelope, context: contextIn(context.stream) },
      { envelope: null as unknown as Envelope, context },
      { envelope: { ...envelope, kid: 'k_\u0000' }, context },
      { envelope: { ...envelope, v: 2 as 1 }, context },
      item,
    ]);
    expect(opened.slice(0, 5)).toEqual([
      { unreadable: 'key-unknown' },
      { unreadable: 'authentication' },
      { unreadable: 'malformed' },
      { unreadable: 'key-unknown' },
      { unreadable: 'unsupported' },
    ]);
    expect('fields' in opened[5]!).toBe(true);
    expect(fixture.alarms.map(({ kind }) => kind).sort()).toEqual([
      'envelope-altered',
      'envelope-altered',
      'envelope-altered',
      'key-unknown',
      'key-unknown',
    ]);
  });
});

/** Dies before the n-th statement of a transaction, as a process that is killed there. */
class DyingDatabase extends KeyDatabase {
  statements = 0;
  constructor(
    url: string,
    private readonly dieBefore: number,
  ) {
    super(url);
  }
  override transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
    return super.transaction((tx) =>
      work({
        query: (text, values) => {
          this.statements += 1;
          if (this.statements === this.dieBefore) return Promise.reject(new Error('killed'));
          return tx.query(text, values);
        },
      }),
    );
  }
}

describe('a crash inside destroy (invariant 9)', () => {
  it('leaves everything or nothing at each statement, and the retry gives the full answer', async () => {
    let steps = Infinity;
    for (let step = 1; step <= steps; step += 1) {
      const subjectId = randomUUID();
      const items = [
        await sealFor(fixture.store, subjectId, 'identity', {}),
        await sealFor(fixture.store, subjectId, 'marketing', {}),
      ];
      const order = { subjectId, scopes: ['identity', 'marketing'], erasureId: randomUUID() };
      const dying = new DyingDatabase(fixture.database.url, step);
      const outcome = await new KeyDestruction(dying).destroy(order).catch((error: unknown) => error);
      await dying.close();
      const opened = await fixture.store.subjects.openAll(items);
      if (outcome instanceof Error) {
        expect(opened.every((each) => 'fields' in each)).toBe(true);
        expect((await fixture.store.subjects.state(subjectId)).fences).toEqual([]);
      } else {
        steps = dying.statements;
      }
      const answer = await fixture.store.subjects.destroy(order);
      expect(answer.map(({ keys }) => keys.length)).toEqual([1, 1]);
      expect(await fixture.store.subjects.openAll(items)).toEqual([{ erased: true }, { erased: true }]);
    }
    expect(steps).toBeGreaterThan(5);
  });
});
