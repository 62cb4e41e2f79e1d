import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { grantEventStoreRights, userPlan, type StoreUser } from '#event-store';
import { openTestDatabase, startEventStoreDouble, type EventStoreDouble, type TestDatabase } from '#testing';
import { readConfig, type DatabaseUrls } from '../config/index.js';
import { examineDatabases } from './databases.js';
import { examine } from './doctor.js';
import { examineStore } from './event-store.js';
import type { Finding } from './finding.js';
import { examineDisk, examineKeyFolder } from './places.js';

// Each fault of an installation is made on purpose, and has to be named as what it is.

const codes = (findings: readonly Finding[]) => findings.map(({ code }) => code);
const broken = (findings: readonly Finding[]) =>
  findings
    .filter(({ verdict }) => verdict === 'broken')
    .map(({ code, detail }) => `${code}: ${detail ?? ''}`);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'greffe-doctor-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('databases', () => {
  let db: TestDatabase;
  let urls: DatabaseUrls;
  beforeAll(async () => {
    db = await openTestDatabase();
    const role = `app_${new URL(db.url).pathname.slice(1)}`;
    await db.pool.query(`CREATE ROLE ${role} LOGIN PASSWORD 'test'`);
    const app = db.urlFor(role, 'test');
    urls = { databaseUrl: app, ownerDatabaseUrl: db.url, keystoreUrl: app, ownerKeystoreUrl: db.url };
  });
  afterAll(() => db.drop());

  it('that are as they have to be', async () => {
    const findings = await examineDatabases(urls);
    expect(broken(findings)).toEqual([]);
    expect(codes(findings)).toEqual([
      ...['database-reached', 'role-apart', 'clock-agrees', 'database-reached'],
      ...['database-reached', 'role-apart', 'clock-agrees', 'database-reached'],
    ]);
  });

  it('an application that is the owner', async () => {
    const findings = await examineDatabases({ ...urls, databaseUrl: db.url });
    expect(broken(findings)).toEqual([expect.stringContaining('role-owns')]);
  });

  it('an application that made its read models itself owns nothing of what is recorded', async () => {
    const app = new pg.Client({ connectionString: urls.databaseUrl });
    const name = new URL(db.url).pathname.slice(1);
    await db.pool.query(
      `GRANT CREATE ON DATABASE ${name} TO ${decodeURIComponent(new URL(urls.databaseUrl).username)}`,
    );
    await app.connect();
    await app.query('CREATE SCHEMA rm_spec; CREATE SCHEMA reporting; CREATE TABLE rm_spec.row (n int)');
    expect(broken(await examineDatabases(urls))).toEqual([]);
    await app.query('CREATE SCHEMA audit');
    expect(broken(await examineDatabases(urls))).toEqual(
      ['DATABASE_URL', 'KEYSTORE_URL'].map(() => expect.stringContaining('role-owns')),
    );
    await app.query('DROP SCHEMA audit');
    await app.end();
    // The schema is somebody else's, a table in it is not.
    await db.pool.query(`CREATE SCHEMA audit; ALTER TABLE rm_spec.row SET SCHEMA audit`);
    expect(broken(await examineDatabases(urls))).toHaveLength(2);
    await db.pool.query('DROP SCHEMA audit CASCADE');
  });

  it('a wrong password, a database that is not there, a server that is away: each says its cause, none the password', async () => {
    const wrong = new URL(urls.databaseUrl);
    wrong.password = 'guessed-secret';
    const absent = new URL(urls.keystoreUrl);
    absent.pathname = '/nowhere';
    const findings = await examineDatabases({
      databaseUrl: wrong.href,
      ownerDatabaseUrl: 'postgres://owner:guessed-secret@127.0.0.1:1/x',
      keystoreUrl: absent.href,
      ownerKeystoreUrl: db.url,
    });
    expect(broken(findings)).toEqual([
      expect.stringContaining('password authentication failed'),
      expect.stringContaining('ECONNREFUSED'),
      expect.stringContaining('does not exist'),
    ]);
    expect(JSON.stringify(findings)).not.toContain('guessed-secret');
  });
});

describe('an event store', () => {
  let double: EventStoreDouble;
  let plain: EventStoreDouble;
  const roles = ['api', 'projector', 'eraser'] as const;
  const as = (login: string, password: string) =>
    double.connectionString.replace('esdb://', `esdb://${login}:${password}@`);
  const user = (name: StoreUser) => as(userPlan[name].login, 'secret-1');

  beforeAll(async () => {
    double = await startEventStoreDouble({ tls: true });
    plain = await startEventStoreDouble();
    const passwords = { api: 'secret-1', eraser: 'secret-1', notary: 'secret-1', projector: 'secret-1' };
    await grantEventStoreRights({ connectionString: as('admin', 'changeit'), passwords });
  });
  afterAll(async () => {
    await double.stop();
    await plain.stop();
  });

  it('with users apart is as it has to be; nothing is written to find out', async () => {
    const before = double.faults.calls('append');
    const findings = await examineStore({ eventStoreUrl: user('api'), eraserUrl: user('eraser'), roles });
    expect(new Set(findings.map(({ verdict }) => verdict))).toEqual(new Set(['ok']));
    expect(codes(findings).filter((code) => code === 'right-there')).toHaveLength(4);
    expect(double.faults.calls('append')).toBe(before + 2);
  });

  it('one user for all parts lacks what only the eraser has', async () => {
    const findings = await examineStore({ eventStoreUrl: user('api'), eraserUrl: undefined, roles });
    expect(broken(findings)).toEqual(['right-missing: closes', 'right-missing: scavenges']);
  });

  it('users in each other’s place', async () => {
    const findings = await examineStore({ eventStoreUrl: user('eraser'), eraserUrl: user('api'), roles });
    expect(broken(findings)).toEqual([
      'right-missing: readsAll',
      'right-missing: appends',
      'right-missing: closes',
      'right-missing: scavenges',
    ]);
    expect(codes(findings).filter((code) => code === 'right-too-many')).toHaveLength(3);
  });

  it('an administrator', async () => {
    const findings = await examineStore({
      eventStoreUrl: as('admin', 'changeit'),
      eraserUrl: undefined,
      roles,
    });
    expect(broken(findings)).toEqual(['user-is-admin: admin']);
  });

  it('a wrong password', async () => {
    const findings = await examineStore({
      eventStoreUrl: as('admin', 'guessed-secret'),
      eraserUrl: undefined,
      roles,
    });
    expect(broken(findings)).toEqual([expect.stringContaining('user-unknown: ')]);
    expect(JSON.stringify(findings)).not.toContain('guessed-secret');
  });

  it('an unknown authority, encryption where there is none, nobody there: each endpoint says why', async () => {
    const because = async (url: string) =>
      broken(await examineStore({ eventStoreUrl: url, eraserUrl: undefined, roles })).join();
    const someone = `someone:secret@127.0.0.1`;
    expect(await because(`esdb://${someone}:${String(double.port)}`)).toMatch(/store-away: .*certificate/);
    expect(await because(`esdb://${someone}:${String(plain.port)}`)).toMatch(/store-away: ./);
    expect(await because(`esdb://${someone}:1`)).toMatch(/store-away: .*ECONNREFUSED/);
  });

  it('without encryption is for evaluation, and said to be', async () => {
    const findings = await examineStore({
      eventStoreUrl: plain.connectionString,
      eraserUrl: undefined,
      roles,
    });
    expect(broken(findings)).toEqual([]);
    expect(codes(findings)).toContain('store-insecure');
  });
});

describe('this machine', () => {
  it('keys that others can read', async () => {
    const keys = join(folder, 'keys');
    expect((await examineKeyFolder(keys)).code).toBe('keys-not-yet');
    await mkdir(keys, { mode: 0o700 });
    await writeFile(join(keys, 'one'), 'x', { mode: 0o600 });
    expect((await examineKeyFolder(keys)).code).toBe('keys-private');
    await chmod(join(keys, 'one'), 0o640);
    expect(await examineKeyFolder(keys)).toMatchObject({
      code: 'keys-open',
      detail: expect.stringContaining('640'),
    });
    await chmod(join(keys, 'one'), 0o600);
    await chmod(keys, 0o755);
    expect((await examineKeyFolder(keys)).code).toBe('keys-open');
  });

  it('the room that is left', async () => {
    expect(['disk-free', 'disk-full']).toContain((await examineDisk(folder)).code);
    expect((await examineDisk(join(folder, 'nowhere'))).code).toBe('disk-unknown');
  });

  it('an embedded server that does not run, also when its last addresses are still written down', async () => {
    const home = join(folder, 'home');
    await mkdir(home);
    const config = readConfig({ GREFFE_HOME: home });
    const seen = async () => {
      const findings: Finding[] = [];
      for await (const finding of examine(config)) findings.push(finding);
      return broken(findings);
    };
    expect(await seen()).toEqual(['not-running: ']);
    const gone = 'postgres://someone:secret@127.0.0.1:1/x';
    const names = ['DATABASE_URL', 'OWNER_DATABASE_URL', 'KEYSTORE_URL', 'OWNER_KEYSTORE_URL'];
    await writeFile(join(home, 'connection.env'), names.map((name) => `${name}=${gone}\n`).join(''));
    expect(await seen()).toEqual([expect.stringContaining('not-running')]);
  });
});
