import { canonicalJson, type Personal } from '#kernel';
import type { ClaimableKind } from '../claims/contact-kind.js';
import { hmacSha256, type NamedKeys } from '../named/named-keys.js';

/** Kinds of address by which a person can be spared further contact. */
export type SuppressibleKind = Exclude<ClaimableKind, 'external-id'>;

/** An address that somebody does not want to be contacted at, in its normalised form. */
export interface SuppressibleAddress {
  readonly kind: SuppressibleKind;
  readonly normalised: Personal<string>;
}

/** The keyed fingerprint of an address under one key version. */
export interface SuppressionFingerprint {
  readonly version: number;
  readonly hmac: Buffer;
}

const KEY_NAME = 'suppression';

/**
 * Fingerprints of suppressed addresses (GDPR Art. 21(3)). Their key outlives every person's and is never rotated in
 * place: a new version serves new entries, old versions stay for matching, or an objection would be forgotten.
 */
export class SuppressionKeys {
  constructor(private readonly keys: NamedKeys) {}

  /** The fingerprint under each key version, newest first: all of them are to be looked for. */
  async fingerprint({ kind, normalised }: SuppressibleAddress): Promise<SuppressionFingerprint[]> {
    const text = canonicalJson([kind, normalised.reveal()]);
    const versions = await this.keys.versions(KEY_NAME);
    return versions.map(({ key, version }) => ({ version, hmac: hmacSha256(key, text) }));
  }

  /** The fingerprint that a new entry holds: the newest version that every process already looks for. */
  async forNewEntry({ kind, normalised }: SuppressibleAddress): Promise<SuppressionFingerprint> {
    const { key, version } = await this.keys.current(KEY_NAME);
    return { version, hmac: hmacSha256(key, canonicalJson([kind, normalised.reveal()])) };
  }

  /** Adds a key version for new entries; answers its number. */
  addVersion(): Promise<number> {
    return this.keys.addVersion(KEY_NAME);
  }
}
