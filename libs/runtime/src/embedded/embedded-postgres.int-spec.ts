import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseEnv } from 'node:util';
import { readConfig } from '../config/index.js';
import { EmbeddedPostgresFailed, HomeInUse } from './errors.js';
import {
  childrenOf,
  compileInto,
  gone,
  killHard,
  openFolder,
  serverPid,
  sql,
  startProcess,
  until,
} from './embedded.harness.js';
import { startEmbeddedPostgres } from './start-embedded-postgres.js';
import type { EmbeddedPostgres } from './start-embedded-postgres.js';

/*
 * Goal: the embedded server may be killed in any way, at any time, by root or a normal user, and what was written is
 * there after the next start. Method: real servers; processes of their own where one has to die.
 */

const asRoot = process.getuid?.() === 0;
const stranger = 65534;
const folder = openFolder();
const said: string[] = [];
const say = (message: string): void => void said.push(message);
const log = { info: say, warn: say, error: say };
let script = '';

beforeAll(() => {
  script = compileInto(folder.path);
});
afterAll(() => folder.remove());

describe('one process', () => {
  const home = join(folder.path, 'one');
  const data = join(home, 'postgres');
  let server: EmbeddedPostgres;

  beforeAll(async () => {
    server = await startEmbeddedPostgres({ home, log, roles: ['api', 'projector'] });
  });
  afterAll(() => server.stop());

  it('runs PostgreSQL as somebody else than root, durably, in UTC and UTF-8', async () => {
    const settings = await sql(
      server.databaseUrl,
      `SELECT name, setting FROM pg_settings WHERE name = ANY('{fsync,full_page_writes,synchronous_commit,jit,TimeZone,
         server_encoding,data_checksums,listen_addresses,max_connections,shared_buffers}')`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      jit: 'off',
      TimeZone: 'UTC',
      server_encoding: 'UTF8',
      data_checksums: 'on',
      listen_addresses: '127.0.0.1',
      max_connections: '300',
      shared_buffers: String((128 * 1024) / 8),
    });
    expect(statSync(`/proc/${serverPid(data)}`).uid).not.toBe(0);
    expect(await sql(server.databaseUrl, `SELECT lower('É') AS l, 'Z' < 'a' AS by_code_point`)).toEqual([
      { l: 'é', by_code_point: true },
    ]);
  });

  it('keeps ledger and keys apart: neither the application nor an owner enters the other database', async () => {
    const crossed = (url: string, database: string): string =>
      Object.assign(new URL(url), { pathname: database }).href;
    const { databaseUrl, ownerDatabaseUrl, keystoreUrl, ownerKeystoreUrl } = server;
    for (const [url, database] of [
      [databaseUrl, 'greffe_keys'],
      [ownerDatabaseUrl, 'greffe_keys'],
      [keystoreUrl, 'greffe'],
      [ownerKeystoreUrl, 'greffe'],
      [databaseUrl, 'postgres'],
      [keystoreUrl, 'template1'],
    ] as const)
      await expect(sql(crossed(url, database), 'SELECT 1')).rejects.toMatchObject({ code: '42501' });
    for (const url of [databaseUrl, ownerDatabaseUrl, keystoreUrl, ownerKeystoreUrl])
      expect(
        await sql(
          url,
          `SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication AS p
                             FROM pg_roles WHERE rolname = current_user`,
        ),
      ).toEqual([{ p: false }]);
  });

  it('has the group of the analysts, who cannot log in as it, and enter the ledger alone', async () => {
    const rights = (database: string) => `has_database_privilege('greffe_analyst', '${database}', 'CONNECT')`;
    expect(
      await sql(
        server.databaseUrl,
        `SELECT rolcanlogin, ${rights('greffe')} AS ledger, ${rights('greffe_keys')} AS keys,
                ${rights('postgres')} AS postgres FROM pg_roles WHERE rolname = 'greffe_analyst'`,
      ),
    ).toEqual([{ rolcanlogin: false, ledger: true, keys: false, postgres: false }]);
  });

  it('the owner may make tables, the application may not, and a wrong password opens nothing', async () => {
    await sql(
      server.ownerDatabaseUrl,
      'CREATE TABLE kept (n int); GRANT SELECT, INSERT ON kept TO greffe_app',
    );
    await sql(
      server.ownerKeystoreUrl,
      'CREATE TABLE kept (n int); GRANT SELECT, INSERT ON kept TO greffe_keys',
    );
    await sql(server.keystoreUrl, 'INSERT INTO kept VALUES (1)');
    for (const url of [server.databaseUrl, server.keystoreUrl])
      await expect(sql(url, 'CREATE TABLE t (n int)')).rejects.toMatchObject({ code: '42501' });
    await expect(sql(server.databaseUrl, 'DELETE FROM kept')).rejects.toMatchObject({ code: '42501' });
    const wrong = Object.assign(new URL(server.databaseUrl), { password: 'x' }).href;
    await expect(sql(wrong, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('keeps what is secret in files of mode 0600, and its URLs make a valid external configuration', () => {
    for (const name of ['postgres.json', 'connection.env', 'greffe.lock', 'postgres.log'])
      expect([name, statSync(join(home, name)).mode & 0o777]).toEqual([name, 0o600]);
    expect(statSync(data).mode & 0o077).toBe(0);
    const env = parseEnv(readFileSync(server.urlFile, 'utf8'));
    expect(readConfig({ ...env, GREFFE_ROLES: 'projector' })).toMatchObject({
      embedded: false,
      databases: {
        databaseUrl: server.databaseUrl,
        ownerDatabaseUrl: server.ownerDatabaseUrl,
        keystoreUrl: server.keystoreUrl,
        ownerKeystoreUrl: server.ownerKeystoreUrl,
      },
    });
  });

  it('no value, parameter, detail or message of an error reaches the log', async () => {
    const canary = 'camille@canary.example';
    await sql(server.ownerDatabaseUrl, 'CREATE TABLE unique_mail (mail text PRIMARY KEY)');
    await sql(server.ownerDatabaseUrl, `INSERT INTO unique_mail VALUES ('${canary}')`);
    for (const statement of [
      `INSERT INTO unique_mail VALUES ('${canary}')`,
      `SELECT '${canary}'::uuid`,
      `SELECT '${canary}' FROM nowhere`,
      `DO $$ BEGIN RAISE EXCEPTION '${canary}'; END $$`,
      `DO $$ BEGIN RAISE WARNING '${canary}'; RAISE 'stop'; END $$`,
      `SET statement_timeout = 50; SELECT pg_sleep(1), '${canary}'`,
    ])
      await expect(sql(server.ownerDatabaseUrl, statement)).rejects.toThrow();
    expect(readFileSync(join(home, 'postgres.log'), 'utf8')).not.toContain('canary');
  });

  it('a second start on the same home is refused, naming the process and the file with the URLs', async () => {
    const refusal = expect.stringMatching(
      new RegExp(`process ${process.pid}.*api and projector[^]*${server.urlFile}`),
    );
    const second = startEmbeddedPostgres({ home, log });
    await expect(second).rejects.toMatchObject({
      name: 'HomeInUse',
      pid: process.pid,
      home,
      message: refusal,
    });
    await expect(second).rejects.toBeInstanceOf(HomeInUse);
    const other = await startProcess(script, home);
    expect(other.answer.error).toEqual({ name: 'HomeInUse', message: refusal });
    expect(await sql(server.databaseUrl, 'SELECT 1 AS still')).toEqual([{ still: 1 }]);
  });

  it('PostgreSQL killed under a living process comes back on the same URLs with every row', async () => {
    await sql(server.databaseUrl, 'INSERT INTO kept VALUES (1)');
    const before = serverPid(data);
    await killHard(before);
    await until(async () => {
      const row = await sql(server.databaseUrl, 'SELECT n FROM kept').catch(() => []);
      return row.length === 1;
    });
    expect(serverPid(data)).not.toBe(before);
  });

  it('stop leaves no process and no lock; the next start has the same URLs and every row', async () => {
    const pid = serverPid(data);
    const before = server.databaseUrl;
    await Promise.all([server.stop(), server.stop()]);
    await gone(pid);
    await until(() => childrenOf(process.pid, 'greffe-watch').length === 0);
    expect(childrenOf(process.pid, data)).toEqual([]);
    expect(existsSync(join(home, 'greffe.lock'))).toBe(false);
    server = await startEmbeddedPostgres({ home, log });
    expect(server.databaseUrl).toBe(before);
    expect(await sql(server.databaseUrl, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  });

  it('a lost password file means new passwords, not a lost ledger', async () => {
    const before = server.databaseUrl;
    await server.stop();
    rmSync(join(home, 'postgres.json'));
    server = await startEmbeddedPostgres({ home, log });
    expect(server.databaseUrl).not.toBe(before);
    expect(await sql(server.databaseUrl, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    expect(said.join('\n')).not.toContain(new URL(server.databaseUrl).password);
  });

  it('data of another major version is refused in words, untouched', async () => {
    await server.stop();
    const version = join(data, 'PG_VERSION');
    const now = readFileSync(version, 'utf8');
    writeFileSync(version, '15\n');
    await expect(startEmbeddedPostgres({ home, log })).rejects.toThrow(/PostgreSQL 15.*dump/s);
    writeFileSync(version, now);
    server = await startEmbeddedPostgres({ home, log });
  });
});

describe.each(asRoot ? [undefined, stranger] : [undefined])(
  'processes that are killed, as user %s',
  (uid) => {
    const home = join(folder.path, `killed-${String(uid)}`);
    const data = join(home, 'postgres');

    beforeAll(() => {
      mkdirSync(home);
      if (uid !== undefined) chownSync(home, uid, uid);
    });

    it('kill -9 of Greffe: PostgreSQL ends by itself, the next start has every row', async () => {
      const first = await startProcess(script, home, uid);
      if (uid !== undefined) expect(statSync(data).uid).toBe(uid);
      await sql(first.answer.ownerDatabaseUrl, 'CREATE TABLE kept AS SELECT 1 AS n');
      const pid = serverPid(data);
      await killHard(first.child.pid);
      await gone(pid);
      const second = await startProcess(script, home, uid);
      expect(await sql(second.answer.ownerDatabaseUrl, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
      await second.stop();
      expect(existsSync(join(data, 'postmaster.pid'))).toBe(false);
    });

    it('kill -9 of both at once: recovers', async () => {
      const first = await startProcess(script, home, uid);
      await sql(first.answer.ownerDatabaseUrl, 'INSERT INTO kept VALUES (2)');
      await killHard(serverPid(data), first.child.pid);
      const second = await startProcess(script, home, uid);
      expect(await sql(second.answer.ownerDatabaseUrl, 'SELECT sum(n)::int AS s FROM kept')).toEqual([
        { s: 3 },
      ]);
      await second.stop();
    });

    it('kill -9 of Greffe and its watch: the orphan is found and replaced', async () => {
      const first = await startProcess(script, home, uid);
      await sql(first.answer.ownerDatabaseUrl, 'INSERT INTO kept VALUES (3)');
      const orphan = serverPid(data);
      await killHard(...childrenOf(first.child.pid, 'greffe-watch'), first.child.pid);
      expect(await sql(first.answer.ownerDatabaseUrl, 'SELECT sum(n)::int AS s FROM kept')).toEqual([
        { s: 6 },
      ]);
      const second = await startProcess(script, home, uid);
      await gone(orphan);
      expect(serverPid(data)).not.toBe(orphan);
      expect(await sql(second.answer.ownerDatabaseUrl, 'SELECT sum(n)::int AS s FROM kept')).toEqual([
        { s: 6 },
      ]);
      await second.stop();
    });

    it('a stale pid file that names a living stranger neither harms it nor prevents the start', async () => {
      const first = await startProcess(script, home, uid);
      const text = readFileSync(join(data, 'postmaster.pid'), 'utf8');
      await first.stop();
      // A stranger of the very same user, so that PostgreSQL itself would take it for its predecessor and give up.
      const owner = statSync(data);
      const living = Number(
        execFileSync('/bin/sh', ['-c', 'sleep 600 >/dev/null 2>&1 & echo $!'], {
          uid: owner.uid,
          gid: owner.gid,
        }),
      );
      writeFileSync(join(data, 'postmaster.pid'), text.replace(/^\d+/, String(living)), { mode: 0o600 });
      chownSync(join(data, 'postmaster.pid'), owner.uid, owner.gid);
      const second = await startProcess(script, home, uid);
      expect(await sql(second.answer.ownerDatabaseUrl, 'SELECT count(*)::int AS c FROM kept')).toEqual([
        { c: 3 },
      ]);
      expect(() => process.kill(living, 0)).not.toThrow();
      await killHard(living);
      await second.stop();
    });
  },
);

it('a first start that was killed half-way leaves nothing that stands in the way of the next', async () => {
  const home = join(folder.path, 'half-way');
  const draft = (): string | undefined => readdirSync(home).find((name) => name.startsWith('postgres.new-'));
  mkdirSync(home);
  const dying = startProcess(script, home).catch(() => undefined);
  await until(() => existsSync(join(home, draft() ?? 'none', 'data', 'base')));
  const { pid } = JSON.parse(readFileSync(join(home, 'greffe.lock'), 'utf8')) as { pid: number };
  await killHard(pid);
  await dying;
  const second = await startProcess(script, home);
  expect(await sql(second.answer.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await second.stop();
});

if (asRoot)
  describe('root in a closed folder', () => {
    const closed = join(folder.path, 'closed');
    const home = join(closed, 'home');
    let store = '';

    beforeAll(() => {
      mkdirSync(closed);
      chmodSync(closed, 0o700);
    });
    afterAll(() => {
      if (store.startsWith('/var/lib/greffe-')) rmSync(store, { recursive: true, force: true });
    });

    it('keeps its data where the other user can reach it, says so, and finds it again', async () => {
      const first = await startEmbeddedPostgres({ home, log });
      store = readFileSync(join(home, 'postgres.location'), 'utf8').trim();
      expect(store).toMatch(/^\/var\/lib\/greffe-[0-9a-f]{12}-/);
      expect(said.join('\n')).toContain(`its data lies in ${store}`);
      await sql(first.ownerDatabaseUrl, 'CREATE TABLE kept AS SELECT 1 AS n');
      await first.stop();
      expect(readdirSync(home)).not.toContain('postgres');
      const second = await startEmbeddedPostgres({ home, log });
      expect(await sql(second.ownerDatabaseUrl, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
      await second.stop();
    });

    it('never begins an empty ledger because the data is away', async () => {
      writeFileSync(join(home, 'postgres.location'), '/var/lib/greffe-away\n');
      await expect(startEmbeddedPostgres({ home, log })).rejects.toThrow(EmbeddedPostgresFailed);
      writeFileSync(join(home, 'postgres.location'), `${store}\n`);
    });

    it('data that another user wrote is refused to a normal user in words', async () => {
      const theirs = join(folder.path, 'one');
      chmodSync(theirs, 0o777);
      const refused = await startProcess(script, theirs, stranger);
      expect(refused.answer.error).toEqual({
        name: 'EmbeddedPostgresFailed',
        message: expect.stringMatching(/belongs to user \d+ and this process runs as user 65534/),
      });
      const unwritable = await startProcess(script, closed, stranger);
      expect(unwritable.answer.error?.message).toMatch(/can not be used .*set GREFFE_HOME/);
    });

    it('one start as root does not lock a normal user out of their own home', async () => {
      const home = join(folder.path, `killed-${stranger}`);
      await (await startEmbeddedPostgres({ home, log })).stop();
      const again = await startProcess(script, home, stranger);
      expect(await sql(again.answer.ownerDatabaseUrl, 'SELECT count(*)::int AS c FROM kept')).toEqual([
        { c: 3 },
      ]);
      await again.stop();
    });

    it('a copied home that points to the same data is refused while the first one runs', async () => {
      const first = await startEmbeddedPostgres({ home, log });
      const copy = join(closed, 'copy');
      mkdirSync(copy);
      writeFileSync(join(copy, 'postgres.location'), `${store}\n`);
      await expect(startEmbeddedPostgres({ home: copy, log })).rejects.toThrow(HomeInUse);
      expect(await sql(first.ownerDatabaseUrl, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
      await first.stop();
    });
  });
