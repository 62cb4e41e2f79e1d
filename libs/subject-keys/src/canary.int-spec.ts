import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Personal } from '#kernel';
import { FileKekProvider } from './kek/file-kek-provider.js';
import type { KeyStore } from './key-store.js';
import { openFixture, sealFor, type KeyStoreFixture } from './keys/key-store.fixture.js';

// Random strings stand in for personal data; everything that the key store holds is dumped and searched for them,
// in clear and in the forms in which bytes are commonly written (invariant 12, the key store's part).

let fixture: KeyStoreFixture;
let folder: string;
let store: KeyStore;
beforeAll(async () => {
  fixture = await openFixture();
  folder = await mkdtemp(join(tmpdir(), 'greffe-canary-'));
  store = fixture.another({ kek: new FileKekProvider(join(folder, 'keys')) });
  store.reconciled();
});
afterAll(async () => {
  await fixture.close();
  await rm(folder, { recursive: true });
});

async function dump(): Promise<string> {
  const { pool } = fixture.database;
  const { rows } = await pool.query<{ name: string }>(
    `SELECT table_schema || '.' || table_name AS name FROM information_schema.tables WHERE table_schema IN ('ks', 'public')`,
  );
  const tables = await Promise.all(
    rows.map(({ name }) => pool.query(`SELECT t::text AS line FROM ${name} t`)),
  );
  return tables.flatMap((table) => table.rows.map(({ line }) => line as string)).join('\n');
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url')].map((form) =>
    form.toLowerCase(),
  );
}

describe('the key store', () => {
  it('holds no personal string, in any table or file', async () => {
    const canary = (): string => `canary${randomBytes(12).toString('hex')}`;
    const canaries = Array.from({ length: 40 }, canary);
    const subjects: string[] = [];
    for (const secret of canaries) {
      const subjectId = randomUUID();
      subjects.push(subjectId);
      await sealFor(store, subjectId, 'identity', {
        name: secret,
        email: Personal.of(`${secret}@mail.example`),
      });
      const normalised = Personal.of(`${secret}@mail.example`);
      const claim = {
        subjectId,
        contactPointId: randomUUID(),
        commandId: randomUUID(),
        kind: 'email' as const,
      };
      await store.claims.claim({ ...claim, normalised });
      await store.claims.confirm(claim.commandId);
      await store.actors.resolve({ issuer: 'https://id.example', sub: secret, kind: 'operator' });
      const entry = await store.suppressionKeys.forNewEntry({ kind: 'email', normalised });
      await store.suppressions.put({ suppressionId: randomUUID(), enteredOn: '2026-05-01', ...entry });
      await store.daily.today(secret);
    }
    const issued = await store.serviceKeys.create({ name: 'crm', clientId: 'crm', scopes: [] });
    canaries.push(issued.secret.reveal());
    await store.subjects.destroy({ subjectId: subjects[0]!, scopes: ['identity'], erasureId: randomUUID() });
    await store.rotation.rotate();

    const files = await readdir(join(folder, 'keys'));
    const contents = await Promise.all(files.map((name) => readFile(join(folder, 'keys', name), 'utf8')));
    const everything = [await dump(), ...contents].join('\n').toLowerCase();
    expect(everything).toContain(subjects[1]);
    for (const secret of canaries) {
      for (const form of formsOf(secret)) expect(everything.includes(form)).toBe(false);
    }
  });

  it('never puts a personal value into an error', async () => {
    const secret = `canary${randomBytes(12).toString('hex')}`;
    const errors: unknown[] = [];
    const keep = (failing: Promise<unknown>): Promise<unknown> =>
      failing.catch((error: unknown) => errors.push(error));
    const subjectId = randomUUID();
    const item = await sealFor(store, subjectId, 'identity', { name: secret });
    await keep(
      store.subjects.seal({ kid: item.envelope.kid }, item.context, { [secret]: Personal.of('\ud800') }),
    );
    const value = { kind: 'external-id' as const, system: 'crm', normalised: Personal.of(secret) };
    const claim = () => ({
      ...value,
      subjectId: randomUUID(),
      contactPointId: randomUUID(),
      commandId: randomUUID(),
    });
    await store.claims.claim(claim());
    await keep(store.claims.claim(claim()));
    await keep(store.claims.claim({ ...claim(), subjectId: 'no uuid' }));
    await store.subjects.destroy({ subjectId, scopes: ['identity'], erasureId: randomUUID() });
    await keep(store.subjects.seal({ kid: item.envelope.kid }, item.context, { name: secret }));
    expect(errors).toHaveLength(4);
    const { inspect } = await import('node:util');
    for (const error of errors.slice(1)) expect(inspect(error, { depth: 9 })).not.toContain(secret);
  });
});
