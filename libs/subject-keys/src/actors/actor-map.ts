import { randomUUID } from 'node:crypto';
import { canonicalJson, type Uuid } from '#kernel';
import { BoundedCache } from '../bounded-cache.js';
import type { KeyDatabase } from '../database/key-database.js';
import { hmacSha256, type NamedKeys } from '../named/named-keys.js';

/** Who an identity provider says is acting. */
export interface ActorIdentity {
  readonly issuer: string;
  /** The provider's `sub`: personal data, so only its HMAC is kept. */
  readonly sub: string;
  readonly kind: 'subject' | 'operator' | 'service';
}

/** The pseudonym under which somebody acts in the ledger. */
export interface ResolvedActor {
  readonly actorId: Uuid;
  /** True for exactly one caller: the one that should seal the actor's name. */
  readonly isNew: boolean;
}

const CACHE_MAX = 10_000;
const CACHE_TTL_MS = 3_600_000;

/** Maps who signs in to a random actor id that may stand in the ledger for ever. An id never changes its owner. */
export class ActorMap {
  private readonly cache = new BoundedCache<Uuid>(CACHE_MAX, CACHE_TTL_MS);

  constructor(
    private readonly db: KeyDatabase,
    private readonly keys: NamedKeys,
  ) {}

  /** The actor id of an identity, allocated when it is met for the first time. */
  async resolve({ issuer, sub, kind }: ActorIdentity): Promise<ResolvedActor> {
    const { key } = await this.keys.current('actor');
    const hmac = hmacSha256(key, canonicalJson([issuer, sub]));
    const cacheKey = hmac.toString('base64');
    const known = this.cache.get(cacheKey);
    if (known !== undefined) return { actorId: known, isNew: false };
    const resolved = await this.readOrAllocate(hmac, kind);
    this.cache.set(cacheKey, resolved.actorId);
    return resolved;
  }

  private async readOrAllocate(hmac: Buffer, kind: string): Promise<ResolvedActor> {
    const [inserted] = await this.db.query<{ actor_id: Uuid }>(
      `INSERT INTO ks.actor_map (issuer_sub_hmac, actor_id, kind)
       SELECT $1, $2, $3 WHERE NOT EXISTS (SELECT FROM ks.actor_map WHERE issuer_sub_hmac = $1)
       ON CONFLICT (issuer_sub_hmac) DO NOTHING RETURNING actor_id`,
      [hmac, randomUUID(), kind],
    );
    if (inserted !== undefined) return { actorId: inserted.actor_id, isNew: true };
    const [row] = await this.db.query<{ actor_id: Uuid }>(
      'SELECT actor_id FROM ks.actor_map WHERE issuer_sub_hmac = $1',
      [hmac],
    );
    if (row === undefined) throw new Error('the actor row vanished');
    return { actorId: row.actor_id, isNew: false };
  }
}
