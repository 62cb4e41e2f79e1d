import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConfigInvalid } from './problems.js';
import { readConfig } from './read-config.js';
import { variables } from './variables.js';
import type { Env } from './environment.js';

const databases = {
  DATABASE_URL: 'postgres://app:s3cret-a@db.example/greffe',
  KEYSTORE_URL: 'postgres://keys:s3cret-k@keys.example/greffe_keys',
};
const oidc = { OIDC_ISSUER: 'https://id.example/realm', OIDC_AUDIENCE: 'greffe' };

/** What is wrong with an environment: variable → expectation. */
function problemsOf(env: Env): Record<string, string> {
  try {
    readConfig(env, '/srv');
  } catch (error) {
    if (error instanceof ConfigInvalid)
      return Object.fromEntries(error.problems.map(({ variable, expected }) => [variable, expected]));
    throw error;
  }
  return {};
}

describe('nothing configured', () => {
  it('is one embedded process on loopback with the development issuer', () => {
    expect(readConfig({}, '/srv')).toEqual({
      embedded: true,
      home: '/srv/.greffe',
      http: { host: '127.0.0.1', port: 3000, publicUrl: undefined },
      roles: ['api', 'projector', 'eraser'],
      erasure: { purgeEveryHours: 24, notificationDays: 30 },
      readDatabaseUrl: undefined,
      projectionShards: 1,
      identity: { kind: 'development' },
      kekFolder: '/srv/.greffe/keys',
      logLevel: 'info',
      origin: undefined,
      warnings: [],
    });
  });

  it('does not change when every variable is there but empty', () => {
    const names = variables;
    const empty = Object.fromEntries(names.map((name) => [name, ' ']));
    expect(readConfig(empty, '/srv')).toEqual(readConfig({}, '/srv'));
  });
});

describe('databases', () => {
  it('both URLs make it external; owners default to the application', () => {
    expect(readConfig({ ...databases, ...oidc })).toMatchObject({
      embedded: false,
      databases: {
        databaseUrl: databases.DATABASE_URL,
        ownerDatabaseUrl: databases.DATABASE_URL,
        keystoreUrl: databases.KEYSTORE_URL,
        ownerKeystoreUrl: databases.KEYSTORE_URL,
      },
    });
  });

  it('owners may have credentials of their own', () => {
    const owners = {
      OWNER_DATABASE_URL: 'postgres://owner:x@db.example/greffe',
      OWNER_KEYSTORE_URL: 'postgresql://owner:y@keys.example/greffe_keys',
    };
    expect(readConfig({ ...databases, ...owners, ...oidc })).toMatchObject({
      databases: { ownerDatabaseUrl: owners.OWNER_DATABASE_URL, ownerKeystoreUrl: owners.OWNER_KEYSTORE_URL },
    });
  });

  it('one without the other is refused, and so is an owner without its application', () => {
    expect(problemsOf({ DATABASE_URL: databases.DATABASE_URL, ...oidc })).toEqual({
      KEYSTORE_URL: expect.stringContaining('together with DATABASE_URL'),
    });
    expect(problemsOf({ KEYSTORE_URL: databases.KEYSTORE_URL, ...oidc })).toEqual({
      DATABASE_URL: expect.stringContaining('together with KEYSTORE_URL'),
    });
    expect(problemsOf({ OWNER_DATABASE_URL: databases.DATABASE_URL })).toEqual({
      DATABASE_URL: expect.stringContaining('together with OWNER_DATABASE_URL'),
    });
  });

  it('keys in the ledger’s database are refused, whatever the role', () => {
    const same = {
      DATABASE_URL: 'postgres://a:1@db.example/x',
      KEYSTORE_URL: 'postgres://b:2@db.example:5432/x',
    };
    expect(problemsOf({ ...same, ...oidc })).toEqual({
      KEYSTORE_URL: expect.stringContaining('another database'),
    });
  });

  it.each(['mysql://u:p@h/d', 'db.example/greffe', 'postgres://u:p@h', 'postgres://u:p@h/'])(
    '%s is none',
    (value) => {
      expect(Object.keys(problemsOf({ ...databases, ...oidc, DATABASE_URL: value }))).toEqual([
        'DATABASE_URL',
      ]);
    },
  );

  it('no value that may hold a password is ever in the message', () => {
    const secret = 'hunter2-canary';
    const names = [
      'DATABASE_URL',
      'KEYSTORE_URL',
      'OWNER_DATABASE_URL',
      'OWNER_KEYSTORE_URL',
      'EVENTSTORE_URL',
      'EVENTSTORE_ERASER_URL',
    ];
    fc.assert(
      fc.property(
        fc.subarray(names, { minLength: 1 }),
        fc.constantFrom('mysql', 'postgres', 'esdb', ''),
        (set, scheme) => {
          const env = Object.fromEntries(set.map((name) => [name, `${scheme}://user:${secret}@h:x`]));
          expect(() => readConfig(env)).toThrow(ConfigInvalid);
          expect(() => readConfig(env)).not.toThrow(secret);
        },
      ),
    );
  });

  it('may have a replica for reading, which needs the ledger itself beside it', () => {
    const READ_DATABASE_URL = 'postgres://app:hunter2@replica.example/greffe';
    expect(readConfig({ ...databases, ...oidc, READ_DATABASE_URL }).readDatabaseUrl).toBe(READ_DATABASE_URL);
    expect(Object.keys(problemsOf({ READ_DATABASE_URL }))).toEqual(['DATABASE_URL']);
    expect(problemsOf({ ...databases, ...oidc, READ_DATABASE_URL: 'mysql://u:hunter2@h/d' })).toEqual({
      READ_DATABASE_URL: expect.not.stringContaining('hunter2'),
    });
  });
});

describe('event store', () => {
  it('is PostgreSQL unless EVENTSTORE_URL names another, beside any database', () => {
    expect(readConfig({}).eventStoreUrl).toBeUndefined();
    const url = 'esdb://ledger:secret@store.example:2113?tlsCAFile=/etc/ca.pem';
    expect(readConfig({ EVENTSTORE_URL: url }).eventStoreUrl).toBe(url);
    expect(readConfig({ ...databases, ...oidc, EVENTSTORE_URL: url }).eventStoreUrl).toBe(url);
  });

  it('is refused with the reason, which never quotes it', () => {
    const problem = problemsOf({ EVENTSTORE_URL: 'esdb://ledger:hunter2@store.example?tls=false' });
    expect(problem['EVENTSTORE_URL']).toContain('tls=false sends no credentials');
    expect(problem['EVENTSTORE_URL']).not.toContain('hunter2');
  });
});

describe('identity', () => {
  it('an OIDC issuer needs its audience; its keys are found by discovery unless named', () => {
    expect(readConfig({ ...oidc }).identity).toEqual({
      kind: 'oidc',
      issuer: 'https://id.example/realm',
      audience: 'greffe',
      jwksUrl: undefined,
      tokenTypes: undefined,
      rolesClaim: undefined,
    });
    expect(problemsOf({ OIDC_ISSUER: oidc.OIDC_ISSUER })).toEqual({ OIDC_AUDIENCE: expect.any(String) });
    expect(problemsOf({ OIDC_AUDIENCE: 'greffe' })).toEqual({
      OIDC_ISSUER: expect.stringContaining('OIDC_AUDIENCE'),
    });
  });

  it.each([
    ['JWT', ['JWT']],
    ['at+jwt, JWT', ['at+jwt', 'JWT']],
  ])('tokens of type %s are accepted where it is said by name', (OIDC_TOKEN_TYPES, tokenTypes) => {
    expect(readConfig({ ...oidc, OIDC_TOKEN_TYPES }).identity).toMatchObject({ tokenTypes });
  });

  it.each([',', 'JWT,', 'a b', '"JWT"', 'x'.repeat(65)])('%p names no token types', (OIDC_TOKEN_TYPES) => {
    expect(problemsOf({ ...oidc, OIDC_TOKEN_TYPES })).toEqual({ OIDC_TOKEN_TYPES: expect.any(String) });
  });

  it('roles may stand in a claim of another name', () => {
    const OIDC_ROLES_CLAIM = 'realm_access.roles';
    expect(readConfig({ ...oidc, OIDC_ROLES_CLAIM }).identity).toMatchObject({
      rolesClaim: OIDC_ROLES_CLAIM,
    });
  });

  it('token types belong to an issuer', () => {
    expect(problemsOf({ OIDC_TOKEN_TYPES: 'JWT' })).toEqual({
      OIDC_ISSUER: expect.stringContaining('OIDC_TOKEN_TYPES'),
    });
  });

  it('the development issuer is never reachable from another machine, nor beside real databases', () => {
    for (const HOST of ['0.0.0.0', '::', '192.0.2.7', 'greffe.example', '127.0.0.1.example'])
      expect(problemsOf({ HOST })).toEqual({ OIDC_ISSUER: expect.stringContaining('loopback') });
    expect(problemsOf({ ...databases })).toEqual({ OIDC_ISSUER: expect.stringContaining('loopback') });
    for (const HOST of ['localhost', '127.0.0.1', '127.1.2.3', '::1'])
      expect(readConfig({ HOST }).identity).toEqual({ kind: 'development' });
  });

  it('a process without the role api asks nobody', () => {
    expect(readConfig({ ...databases, GREFFE_ROLES: 'projector' }).identity).toEqual({ kind: 'none' });
  });

  it.each([
    ['http://id.example', false],
    ['https://user:pass@id.example', false],
    ['https://id.example?realm=x', false],
    ['id.example', false],
    ['http://localhost:8080/realm', true],
    ['https://id.example/', true],
  ])('issuer %s accepted: %s', (OIDC_ISSUER, accepted) => {
    expect(problemsOf({ ...oidc, OIDC_ISSUER })).toEqual(accepted ? {} : { OIDC_ISSUER: expect.any(String) });
  });

  it('keeps the issuer character by character, since `iss` is compared so', () => {
    expect(readConfig({ ...oidc, OIDC_ISSUER: 'https://ID.example/' }).identity).toMatchObject({
      issuer: 'https://ID.example/',
    });
  });
});

describe('erasure', () => {
  const store = { EVENTSTORE_URL: 'esdb://greffe:a@store.example' };

  it('has credentials, a rhythm and backups of its own', () => {
    const eraser = 'esdb://greffe_eraser:hunter2@store.example';
    const wish = { EVENTSTORE_ERASER_URL: eraser, GREFFE_PURGE_EVERY_HOURS: '6', GREFFE_BACKUP_DAYS: '35' };
    const notification = { GREFFE_NOTIFICATION_DAYS: '20' };
    expect(readConfig({ ...store, ...wish, ...notification }).erasure).toEqual({
      ...{ eventStoreUrl: eraser, purgeEveryHours: 6, backupDays: 35, notificationDays: 20 },
    });
  });

  it('is credentials of the store that everybody uses, and never in a message', () => {
    expect(problemsOf({ EVENTSTORE_ERASER_URL: 'esdb://e:hunter2@store.example' })).toEqual({
      EVENTSTORE_URL: expect.stringContaining('together with EVENTSTORE_ERASER_URL'),
    });
    const wrong = problemsOf({
      ...store,
      EVENTSTORE_ERASER_URL: 'esdb://e:hunter2@store.example?tls=false',
    });
    expect(Object.keys(wrong)).toEqual(['EVENTSTORE_ERASER_URL']);
    expect(JSON.stringify(wrong)).not.toContain('hunter2');
  });

  it.each(['0', '337', '-1', '1.5', '1h', '24 '.repeat(3)])('is not purged every %s hours', (hours) => {
    expect(problemsOf({ GREFFE_PURGE_EVERY_HOURS: hours })).toHaveProperty('GREFFE_PURGE_EVERY_HOURS');
  });

  it('may leave no backups, and says nothing of them unless it was told', () => {
    expect(readConfig({ GREFFE_BACKUP_DAYS: '0' }).erasure.backupDays).toBe(0);
    expect(readConfig({}).erasure.backupDays).toBeUndefined();
    expect(problemsOf({ GREFFE_BACKUP_DAYS: 'a month' })).toHaveProperty('GREFFE_BACKUP_DAYS');
  });
});

describe('roles', () => {
  it.each([
    ['api', ['api']],
    ['projector', ['projector']],
    [' projector , api,api', ['api', 'projector']],
    ['eraser,api', ['api', 'eraser']],
  ])('%s', (GREFFE_ROLES, roles) => {
    expect(readConfig({ GREFFE_ROLES }).roles).toEqual(roles);
  });

  it('a role of a later version is refused with the list of those available', () => {
    const { GREFFE_ROLES } = problemsOf({ GREFFE_ROLES: 'api,eraser,notary' });
    expect(GREFFE_ROLES).toMatch(/api, projector, eraser.*notary.*later/);
  });

  it.each(['API', 'worker', 'api,', 'api;projector'])('%s is refused', (GREFFE_ROLES) => {
    expect(problemsOf({ GREFFE_ROLES })).toHaveProperty('GREFFE_ROLES');
  });
});

describe('projection shards', () => {
  it('are as many as one says, up to 64', () => {
    expect(readConfig({ GREFFE_PROJECTION_SHARDS: '4' }).projectionShards).toBe(4);
    expect(readConfig({ GREFFE_PROJECTION_SHARDS: '64' }).projectionShards).toBe(64);
  });

  it.each(['0', '65', '-1', '1.5', 'four'])('are not %s', (number) => {
    expect(Object.keys(problemsOf({ GREFFE_PROJECTION_SHARDS: number }))).toEqual([
      'GREFFE_PROJECTION_SHARDS',
    ]);
  });
});

describe('the rest', () => {
  it('relative folders start at the working directory, absolute ones stay', () => {
    expect(readConfig({ GREFFE_HOME: 'x', GREFFE_KEK_FOLDER: '/mnt/kek' }, '/srv')).toMatchObject({
      home: '/srv/x',
      kekFolder: '/mnt/kek',
    });
    expect(readConfig({ GREFFE_HOME: '/var/lib/greffe' }, '/srv').kekFolder).toBe('/var/lib/greffe/keys');
  });

  it.each([
    ['PORT', '0', true],
    ['PORT', '65535', true],
    ['PORT', '65536', false],
    ['PORT', '3000x', false],
    ['PORT', '-1', false],
    ['PORT', '1e3', false],
    ['HOST', 'http://localhost', false],
    ['HOST', 'localhost:3000', false],
    ['LOG_LEVEL', 'debug', true],
    ['LOG_LEVEL', 'verbose', false],
    ['GREFFE_PUBLIC_URL', 'https://greffe.example/base', true],
    ['GREFFE_PUBLIC_URL', 'greffe.example', false],
    ['GREFFE_ORIGIN', 'ledger.example/acme/2026', true],
    ['GREFFE_ORIGIN', 'https://ledger.example', false],
    ['GREFFE_ORIGIN', 'ledger.example/a b', false],
    ['GREFFE_ORIGIN', 'ledger.example/a+b', false],
  ])('%s=%s accepted: %s', (name, value, accepted) => {
    expect(Object.keys(problemsOf({ [name]: value, ...oidc }))).toEqual(accepted ? [] : [name]);
  });

  it('drops slashes behind the public address', () => {
    expect(readConfig({ GREFFE_PUBLIC_URL: 'https://greffe.example/' }).http.publicUrl).toBe(
      'https://greffe.example',
    );
  });

  it('lists everything that is wrong at once, with name, value and expectation', () => {
    const env = { PORT: 'x', LOG_LEVEL: 'y', GREFFE_ROLES: 'z', HOST: 'http://h', GREFFE_ORIGIN: 'a b' };
    expect(Object.keys(problemsOf(env)).sort()).toEqual([...Object.keys(env)].sort());
    expect(() => readConfig(env)).toThrow(
      /PORT is "x": expected a port from 0[^]*LOG_LEVEL is "y": expected one of/,
    );
  });

  it('warns of a mistyped variable, without its value', () => {
    expect(readConfig({ GREFFE_ROLE: 'api', GREFFE_TEST_X: '1', HOME: '/h' }).warnings).toEqual([
      'GREFFE_ROLE is not a variable of this version and has no effect',
    ]);
  });

  it('any environment gives a configuration or ConfigInvalid, nothing else', () => {
    const value = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.constantFrom('api', '80', '::1', 'postgres://a/b', 'a,b'),
    );
    const names = fc.constantFrom(...variables);
    fc.assert(
      fc.property(fc.dictionary(names, value), (env) => {
        try {
          return readConfig(env).roles.length > 0;
        } catch (error) {
          return error instanceof ConfigInvalid && error.problems.length > 0;
        }
      }),
      { numRuns: 500 },
    );
  });
});

it('.env.example explains every variable of the server', () => {
  const text = readFileSync(new URL('../../../../.env.example', import.meta.url), 'utf8');
  for (const name of variables) expect(text).toMatch(new RegExp(`^#? ?${name}=`, 'm'));
});
