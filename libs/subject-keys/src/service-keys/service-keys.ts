import { randomBytes, randomUUID } from 'node:crypto';
import { Personal, sha256, type Instant, type Uuid } from '#kernel';
import type { ActorMap } from '../actors/actor-map.js';
import { BoundedCache } from '../bounded-cache.js';
import type { KeyDatabase } from '../database/key-database.js';

/** What a service key is for. */
export interface NewServiceKey {
  readonly name: string;
  readonly clientId: string;
  /** Rights of the holder; a subset of what the role `service` may do. */
  readonly scopes: readonly string[];
  readonly expiresAt?: Instant;
}

/** Who a valid secret belongs to. */
export interface ServiceIdentity {
  readonly keyId: Uuid;
  readonly clientId: string;
  readonly actorId: Uuid;
  readonly scopes: readonly string[];
  readonly name: string;
}

/** A service key as it is listed: never its secret. */
export interface ServiceKeyInfo extends ServiceIdentity {
  readonly createdAt: Instant;
  readonly expiresAt?: Instant;
  readonly revokedAt?: Instant;
}

/** A new service key with its secret, which is shown this once and not kept. */
export interface IssuedServiceKey extends ServiceIdentity {
  readonly secret: Personal<string>;
}

/** No service key of this id, or it was revoked. */
export class ServiceKeyUnknown extends Error {
  override readonly name = 'ServiceKeyUnknown';
  constructor(readonly keyId: Uuid) {
    super(`No service key ${keyId} is in force`);
  }
}

interface ServiceKeyRow {
  readonly key_id: Uuid;
  readonly name: string;
  readonly client_id: string;
  readonly actor_id: Uuid;
  readonly scopes: readonly string[];
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
}

const SECRET = /^grf_[A-Za-z0-9_-]{43}$/;
/** A revoked key is refused everywhere within this time. */
const CACHE_TTL_MS = 5000;
const CACHE_MAX = 1000;
const ISSUER = 'greffe:service-keys';
const COLUMNS = 'key_id, name, client_id, actor_id, scopes, created_at, expires_at, revoked_at';
const IN_FORCE = 'revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())';

/**
 * Static keys for tools that speak no OIDC. A secret is 256 random bits, so its plain SHA-256 can be neither guessed
 * nor reversed, and only that is kept. All keys of one client act as one actor.
 */
export class ServiceKeys {
  private readonly cache: BoundedCache<ServiceIdentity>;

  constructor(
    private readonly db: KeyDatabase,
    private readonly actors: ActorMap,
    now?: () => number,
  ) {
    this.cache = new BoundedCache(CACHE_MAX, CACHE_TTL_MS, now);
  }

  /** Issues a key; the secret is in the answer and nowhere else. */
  async create({ name, clientId, scopes, expiresAt }: NewServiceKey): Promise<IssuedServiceKey> {
    const { actorId } = await this.actors.resolve({ issuer: ISSUER, sub: clientId, kind: 'service' });
    const secret = `grf_${randomBytes(32).toString('base64url')}`;
    const keyId = randomUUID();
    await this.db.query(
      `INSERT INTO ks.service_key (key_id, name, client_id, actor_id, scopes, secret_sha256, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [keyId, name, clientId, actorId, scopes, sha256(secret), expiresAt ?? null],
    );
    return { keyId, name, clientId, actorId, scopes: [...scopes], secret: Personal.of(secret) };
  }

  /** Who holds this secret; `undefined` if it is unknown, expired or revoked (at most 5 seconds ago). */
  async verify(secret: string): Promise<ServiceIdentity | undefined> {
    if (!SECRET.test(secret)) return undefined;
    const digest = sha256(secret);
    const cacheKey = digest.toString('base64');
    const known = this.cache.get(cacheKey);
    if (known !== undefined) return known;
    const [row] = await this.db.query<ServiceKeyRow>(
      `SELECT ${COLUMNS} FROM ks.service_key WHERE secret_sha256 = $1 AND ${IN_FORCE}`,
      [digest],
    );
    if (row === undefined) return undefined;
    const identity = identityOf(row);
    this.cache.set(cacheKey, identity);
    return identity;
  }

  /** Ends a key: at once in this process, within 5 seconds in others. Idempotent. */
  async revoke(keyId: Uuid): Promise<void> {
    await this.db.query(
      'UPDATE ks.service_key SET revoked_at = coalesce(revoked_at, now()) WHERE key_id = $1',
      [keyId],
    );
    this.cache.clear();
  }

  /**
   * Issues a successor with the same name, client and scopes; the old secret works for `graceMs` more, so that the
   * client can change over. Throws {@link ServiceKeyUnknown}.
   */
  async rotate(
    keyId: Uuid,
    options: { readonly graceMs?: number; readonly expiresAt?: Instant } = {},
  ): Promise<IssuedServiceKey> {
    const [row] = await this.db.query<ServiceKeyRow>(
      `SELECT ${COLUMNS} FROM ks.service_key WHERE key_id = $1 AND ${IN_FORCE}`,
      [keyId],
    );
    if (row === undefined) throw new ServiceKeyUnknown(keyId);
    const { graceMs = 0, expiresAt } = options;
    const successor = await this.create({
      name: row.name,
      clientId: row.client_id,
      scopes: row.scopes,
      ...(expiresAt === undefined ? {} : { expiresAt }),
    });
    await this.db.query(
      `UPDATE ks.service_key SET expires_at = least(expires_at, now() + make_interval(secs => $2)) WHERE key_id = $1`,
      [keyId, graceMs / 1000],
    );
    this.cache.clear();
    return successor;
  }

  /** All keys ever issued, newest first, those revoked too. */
  async list(): Promise<ServiceKeyInfo[]> {
    const rows = await this.db.query<ServiceKeyRow>(
      `SELECT ${COLUMNS} FROM ks.service_key ORDER BY created_at DESC, key_id`,
    );
    return rows.map((row) => ({
      ...identityOf(row),
      createdAt: row.created_at.toISOString(),
      ...(row.expires_at === null ? {} : { expiresAt: row.expires_at.toISOString() }),
      ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at.toISOString() }),
    }));
  }
}

function identityOf(row: ServiceKeyRow): ServiceIdentity {
  return {
    keyId: row.key_id,
    clientId: row.client_id,
    actorId: row.actor_id,
    scopes: row.scopes,
    name: row.name,
  };
}
