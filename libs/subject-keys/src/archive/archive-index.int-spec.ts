import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Personal } from '#kernel';
import type { ContactValue } from '../claims/blind-index.js';
import { KeysNotReconciled } from '../errors.js';
import { openFixture, type KeyStoreFixture } from '../keys/key-store.fixture.js';
import type { ArchiveIndex } from './archive-index.js';

// Goal: retained proof is found by the addresses that were erased, exactly as long as it is retained, and an entry tells
// nothing to whoever knows the claims (requirement F18).

let fixture: KeyStoreFixture;
let archive: ArchiveIndex;
beforeAll(async () => {
  fixture = await openFixture();
  archive = fixture.store.archive;
});
afterAll(() => fixture.close());

const newEmail = (): ContactValue => ({
  kind: 'email',
  normalised: Personal.of(`${randomUUID()}@mail.example`),
});
const evidence = (until: string) => [{ scope: 'evidence', until }];
const hmacs = async (table: string, column: string, subjectId: string) => {
  const sql = `SELECT ${column} AS hmac FROM ks.${table} WHERE subject_ref = $1`;
  const { rows } = await fixture.database.pool.query<{ hmac: Buffer }>(sql, [subjectId]);
  return rows.map(({ hmac }) => hmac.toString('hex'));
};

describe('the archive index', () => {
  it('finds everybody of whom something is retained, by each value, with the day on which the last of it goes', async () => {
    const [one, other] = [randomUUID(), randomUUID()].sort() as [string, string];
    const [shared, own] = [newEmail(), newEmail()];
    await archive.enter(
      one,
      [shared, own],
      [...evidence('2029-05-01'), { scope: 'contract', until: '2031-05-01' }],
    );
    await archive.enter(other, [shared], evidence('2030-01-31'));
    expect(await archive.find(shared)).toEqual([
      { subjectId: one, until: '2031-05-01' },
      { subjectId: other, until: '2030-01-31' },
    ]);
    expect(await archive.find(own)).toEqual([{ subjectId: one, until: '2031-05-01' }]);
    expect(await archive.find(newEmail())).toEqual([]);
  });

  it('enters nothing twice, and prolongs what is kept longer now but never shortens it', async () => {
    const subjectId = randomUUID();
    const value = newEmail();
    expect(await archive.enter(subjectId, [value, value], evidence('2029-05-01'))).toBe(1);
    expect(await archive.enter(subjectId, [value], evidence('2029-05-01'))).toBe(0);
    await archive.enter(subjectId, [], evidence('2030-05-01'));
    await archive.enter(subjectId, [], evidence('2028-05-01'));
    expect(await archive.find(value)).toEqual([{ subjectId, until: '2030-05-01' }]);
    expect(await hmacs('archive_entry', 'hmac', subjectId)).toHaveLength(1);
  });

  it('tells external ids of two systems apart', async () => {
    const subjectId = randomUUID();
    const idIn = (system: string): ContactValue => ({
      kind: 'external-id',
      system,
      normalised: Personal.of('4711'),
    });
    await archive.enter(subjectId, [idIn('crm')], evidence('2029-05-01'));
    expect(await archive.find(idIn('crm'))).toHaveLength(1);
    expect(await archive.find(idIn('shop'))).toEqual([]);
  });

  it('has another key than the claims: one address has two unlike HMACs', async () => {
    const subjectId = randomUUID();
    const value = newEmail();
    const commandId = randomUUID();
    await fixture.store.claims.claim({ ...value, subjectId, contactPointId: randomUUID(), commandId });
    await archive.enter(subjectId, [value], evidence('2029-05-01'));
    const [claimed] = await hmacs('contact_claim', 'bidx', subjectId);
    const [archived] = await hmacs('archive_entry', 'hmac', subjectId);
    expect(claimed).toMatch(/^[0-9a-f]{64}$/);
    expect(archived).toMatch(/^[0-9a-f]{64}$/);
    expect(archived).not.toBe(claimed);
  });

  it('finds nobody by it in the claims, and nobody by a claim in it', async () => {
    const subjectId = randomUUID();
    const [claimed, archived] = [newEmail(), newEmail()];
    const commandId = randomUUID();
    await fixture.store.claims.claim({ ...claimed, subjectId, contactPointId: randomUUID(), commandId });
    await fixture.store.claims.confirm(commandId);
    await archive.enter(subjectId, [archived], evidence('2029-05-01'));
    expect(await fixture.store.claims.findLive([claimed, archived])).toEqual([[subjectId], []]);
    expect(await archive.find(claimed)).toEqual([]);
  });

  it('ends with the scope that it leads to, and leads to no scope that has ended', async () => {
    const subjectId = randomUUID();
    const value = newEmail();
    const both = [...evidence('2029-05-01'), { scope: 'contract', until: '2031-05-01' }];
    await archive.enter(subjectId, [value], both);
    const erase = (scope: string) =>
      fixture.store.subjects.destroy({ subjectId, scopes: [scope], erasureId: randomUUID() });
    await erase('contract');
    // From the very moment on, whoever comes to delete the entry and when.
    expect(await archive.find(value)).toEqual([{ subjectId, until: '2029-05-01' }]);
    expect(await archive.releaseScopes(subjectId, ['contract'])).toBe(1);
    expect(await archive.releaseScopes(subjectId, ['contract'])).toBe(0);
    expect(await archive.enter(subjectId, [value, newEmail()], both)).toBe(1);
    await erase('evidence');
    expect(await archive.releaseScopes(subjectId, ['evidence'])).toBe(2);
    expect(await archive.find(value)).toEqual([]);
    expect(await hmacs('archive_entry', 'hmac', subjectId)).toEqual([]);
  });

  it('finds what earlier versions of its key entered', async () => {
    const [before, after] = [randomUUID(), randomUUID()];
    const value = newEmail();
    await archive.enter(before, [value], evidence('2029-05-01'));
    await fixture.store.named.addVersion('archive-index');
    await fixture.database.pool.query(
      `UPDATE ks.named_key SET created_at = created_at - interval '1 hour' WHERE name = 'archive-index'`,
    );
    const another = fixture.another();
    another.reconciled();
    await another.archive.enter(after, [value], evidence('2029-05-01'));
    const found = await another.archive.find(value);
    expect(found.map(({ subjectId }) => subjectId)).toEqual([before, after].sort());
  });

  it('is not asked before the erasures of the ledger are replayed', async () => {
    await expect(fixture.another().archive.find(newEmail())).rejects.toThrow(KeysNotReconciled);
  });
});
