import { join, resolve } from 'node:path';
import { BadConnectionString, parseConnectionString } from '#event-store';
import { availableRoles, logLevels, reservedRoles } from './config.js';
import type { DatabaseUrls, ErasureConfig, GreffeConfig, HttpConfig, Identity, Role } from './config.js';
import { MAX_SHARDS } from '../projection/sharding.js';
import { Environment } from './environment.js';
import type { Env } from './environment.js';
import * as parse from './parsers.js';
import { ConfigInvalid } from './problems.js';
import { variables } from './variables.js';

const anAddress = 'an address like https://greffe.example, without user, query or fragment';
/** Data is physically gone well within the month of Art. 12(3), with time to repeat a purge that failed. */
const MAX_PURGE_HOURS = 14 * 24;
const MAX_BACKUP_DAYS = 3650;
const MAX_NOTIFICATION_DAYS = 90;
const NOTIFICATION_DAYS = 30;

const aTrustedAddress = 'an https address (http on loopback only), without user, query or fragment';
const anEventStore = 'an address like esdb://user:password@host:2113 (the value is not shown)';
const aDatabase = 'an address like postgres://user:password@host:5432/database (the value is not shown)';

/**
 * Turns the environment into the server's configuration. Defaults: home `./.greffe`, `127.0.0.1:3000`, all roles of
 * this version, an embedded PostgreSQL, the development issuer, key-encryption keys in `<home>/keys`, level `info`.
 *
 * @throws ConfigInvalid naming every wrong variable at once; never with the value of one that may hold a password
 */
export function readConfig(env: Env, cwd: string = process.cwd()): GreffeConfig {
  const e = new Environment(env);
  const home = resolve(cwd, e.get('GREFFE_HOME') ?? '.greffe');
  const http = readHttp(e);
  const roles = readRoles(e);
  const databases = readDatabases(e);
  const embedded = !e.has('DATABASE_URL') && !e.has('KEYSTORE_URL');
  const common = {
    home,
    http,
    roles,
    eventStoreUrl: readEventStore(e, 'EVENTSTORE_URL'),
    erasure: readErasure(e),
    readDatabaseUrl: readReplica(e),
    projectionShards:
      e.read(
        'GREFFE_PROJECTION_SHARDS',
        parse.wholeNumber(1, MAX_SHARDS),
        `a number from 1 to ${String(MAX_SHARDS)}`,
      ) ?? 1,
    identity: readIdentity(e, roles, embedded && parse.isLoopback(http.host)),
    kekFolder: resolve(cwd, e.get('GREFFE_KEK_FOLDER') ?? join(home, 'keys')),
    logLevel: e.read('LOG_LEVEL', parse.oneOf(logLevels), `one of ${logLevels.join(', ')}`) ?? 'info',
    origin: e.read('GREFFE_ORIGIN', parse.logOrigin, 'a name like ledger.example/acme/2026, without scheme'),
    warnings: unknownVariables(env),
  };
  if (e.problems.length > 0) throw new ConfigInvalid(e.problems);
  return databases === undefined ? { ...common, embedded: true } : { ...common, embedded: false, databases };
}

function readHttp(e: Environment): HttpConfig {
  return {
    host: e.read('HOST', parse.host, 'a host name or an IP address to listen on') ?? '127.0.0.1',
    port: e.read('PORT', parse.port, 'a port from 0 (any free one) to 65535') ?? 3000,
    publicUrl: e.read('GREFFE_PUBLIC_URL', parse.publicUrl, anAddress),
  };
}

function readRoles(e: Environment): readonly Role[] {
  const names = (e.get('GREFFE_ROLES') ?? availableRoles.join(',')).split(',').map((name) => name.trim());
  const list = availableRoles.join(', ');
  const later = names.filter((name) => reservedRoles.includes(name));
  if (later.length > 0)
    e.refuse(
      'GREFFE_ROLES',
      `roles of this version (${list}); ${later.join(', ')} will come with a later one`,
    );
  else if (names.some((name) => !availableRoles.some((role) => role === name)))
    e.refuse('GREFFE_ROLES', `a comma-separated list of ${list}`);
  return availableRoles.filter((role) => names.includes(role));
}

function readDatabases(e: Environment): DatabaseUrls | undefined {
  const url = (variable: string): string | undefined =>
    e.read(variable, parse.postgresUrl, aDatabase, 'secret');
  const [databaseUrl, keystoreUrl] = [url('DATABASE_URL'), url('KEYSTORE_URL')];
  const [owner, keyOwner] = [url('OWNER_DATABASE_URL'), url('OWNER_KEYSTORE_URL')];
  requireTogether(e, 'DATABASE_URL', 'KEYSTORE_URL');
  requireTogether(e, 'KEYSTORE_URL', 'DATABASE_URL');
  if (e.has('OWNER_DATABASE_URL')) requireTogether(e, 'OWNER_DATABASE_URL', 'DATABASE_URL');
  if (e.has('OWNER_KEYSTORE_URL')) requireTogether(e, 'OWNER_KEYSTORE_URL', 'KEYSTORE_URL');
  if (databaseUrl === undefined || keystoreUrl === undefined) return undefined;
  if (parse.databasePlace(databaseUrl) === parse.databasePlace(keystoreUrl))
    e.refuse(
      'KEYSTORE_URL',
      'another database than DATABASE_URL: keys and ledger must not share a backup',
      'secret',
    );
  return {
    databaseUrl,
    ownerDatabaseUrl: owner ?? databaseUrl,
    keystoreUrl,
    ownerKeystoreUrl: keyOwner ?? keystoreUrl,
  };
}

function readErasure(e: Environment): ErasureConfig {
  const eventStoreUrl = readEventStore(e, 'EVENTSTORE_ERASER_URL');
  if (e.has('EVENTSTORE_ERASER_URL') && !e.has('EVENTSTORE_URL'))
    e.refuse('EVENTSTORE_URL', 'it to be set together with EVENTSTORE_ERASER_URL', 'secret');
  const hours = parse.wholeNumber(1, MAX_PURGE_HOURS);
  const days = parse.wholeNumber(0, MAX_BACKUP_DAYS);
  const notice = parse.wholeNumber(1, MAX_NOTIFICATION_DAYS);
  return {
    eventStoreUrl,
    purgeEveryHours:
      e.read('GREFFE_PURGE_EVERY_HOURS', hours, `whole hours from 1 to ${String(MAX_PURGE_HOURS)}`) ?? 24,
    backupDays: e.read('GREFFE_BACKUP_DAYS', days, `whole days from 0 to ${String(MAX_BACKUP_DAYS)}`),
    notificationDays:
      e.read('GREFFE_NOTIFICATION_DAYS', notice, `whole days from 1 to ${String(MAX_NOTIFICATION_DAYS)}`) ??
      NOTIFICATION_DAYS,
  };
}

function readEventStore(
  e: Environment,
  variable: 'EVENTSTORE_URL' | 'EVENTSTORE_ERASER_URL',
): string | undefined {
  const url = e.get(variable);
  if (url === undefined) return undefined;
  try {
    parseConnectionString(url);
    return url;
  } catch (error) {
    if (!(error instanceof BadConnectionString)) throw error;
    e.refuse(variable, `${anEventStore}. ${error.message}`, 'secret');
    return undefined;
  }
}

function readReplica(e: Environment): string | undefined {
  if (e.has('READ_DATABASE_URL')) requireTogether(e, 'READ_DATABASE_URL', 'DATABASE_URL');
  return e.read('READ_DATABASE_URL', parse.postgresUrl, aDatabase, 'secret');
}

/** Notes `other` as missing when `variable` is set without it. */
function requireTogether(e: Environment, variable: string, other: string): void {
  const known = e.problems.some((problem) => problem.variable === other);
  if (e.has(variable) && !e.has(other) && !known)
    e.refuse(
      other,
      `it to be set together with ${variable} (neither of the two: embedded PostgreSQL)`,
      'secret',
    );
}

/** What says more about an issuer, and nothing without one. */
const identityDetails = ['OIDC_AUDIENCE', 'OIDC_JWKS_URL', 'OIDC_TOKEN_TYPES', 'OIDC_ROLES_CLAIM'];

function readIdentity(e: Environment, roles: readonly Role[], developmentAllowed: boolean): Identity {
  const issuer = e.read('OIDC_ISSUER', parse.trustedUrl, aTrustedAddress);
  const jwksUrl = e.read('OIDC_JWKS_URL', parse.trustedUrl, aTrustedAddress);
  const audience = e.get('OIDC_AUDIENCE');
  const tokenTypes = e.read('OIDC_TOKEN_TYPES', parse.tokenTypes, 'a list like at+jwt,JWT');
  const rolesClaim = e.get('OIDC_ROLES_CLAIM');
  if (e.has('OIDC_ISSUER')) {
    if (audience === undefined) e.refuse('OIDC_AUDIENCE', 'the audience that tokens for this server carry');
    return { kind: 'oidc', issuer: issuer ?? '', audience: audience ?? '', jwksUrl, tokenTypes, rolesClaim };
  }
  const orphan = identityDetails.find((variable) => e.has(variable));
  if (orphan !== undefined) e.refuse('OIDC_ISSUER', `it to be set together with ${orphan}`);
  else if (roles.includes('api') && !developmentAllowed)
    e.refuse(
      'OIDC_ISSUER',
      'the address of your OIDC issuer: the development issuer hands out any role, ' +
        'so it exists only with the embedded PostgreSQL and HOST on loopback',
    );
  return { kind: roles.includes('api') ? 'development' : 'none' };
}

/** A mistyped GREFFE_… would silently leave the default in force. */
function unknownVariables(env: Env): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('GREFFE_') && !name.startsWith('GREFFE_TEST_'))
    .filter((name) => !variables.some((known) => known === name))
    .map((name) => `${name} is not a variable of this version and has no effect`);
}
