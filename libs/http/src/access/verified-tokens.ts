import { hash } from 'node:crypto';
import type { Caller } from './caller.js';

/** At most this many verified tokens are remembered; the one that was verified first goes first. */
const MAX_TOKENS = 10_000;
/** A token is verified anew after this time even if it lives longer, so that a withdrawn signing key takes effect. */
const MAX_AGE_MS = 300_000;

interface Entry {
  readonly caller: Caller;
  readonly until: number;
}

/**
 * Callers of tokens whose signature was checked already: a signature costs a hundred times what a hash does. Only the
 * SHA-256 of a token is kept; the token itself is remembered with the connection that sends it, and goes with it.
 */
export class VerifiedTokens {
  private readonly entries = new Map<string, Entry>();
  private readonly lastOf = new WeakMap<object, Entry & { readonly token: string }>();

  constructor(private readonly now: () => number = Date.now) {}

  /**
   * The caller of a token that is remembered and has not expired. Requests on one connection mostly carry the same
   * token: comparing it costs less than hashing it.
   */
  get(token: string, connection?: object): Caller | undefined {
    const last = connection === undefined ? undefined : this.lastOf.get(connection);
    if (last?.token === token && last.until > this.now()) return last.caller;
    const key = keyOf(token);
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.until <= this.now()) {
      this.entries.delete(key);
      return undefined;
    }
    if (connection !== undefined) this.lastOf.set(connection, { ...entry, token });
    return entry.caller;
  }

  /** Remembers a verified token until it expires (`exp`, in seconds since 1970). */
  set(token: string, caller: Caller, expiresAtSeconds: number): void {
    this.entries.set(keyOf(token), {
      caller,
      until: Math.min(expiresAtSeconds * 1000, this.now() + MAX_AGE_MS),
    });
    if (this.entries.size <= MAX_TOKENS) return;
    const oldest = this.entries.keys().next();
    if (oldest.done !== true) this.entries.delete(oldest.value);
  }
}

function keyOf(token: string): string {
  return hash('sha256', token, 'base64');
}
