import { canonicalJson, type Personal } from '#kernel';
import { hmacSha256, type NamedKey, type NamedKeys } from '../named/named-keys.js';
import type { ClaimableKind } from './contact-kind.js';

/** A contact value as it is looked up. `system` names whose external id it is. */
export interface ContactValue {
  readonly kind: ClaimableKind;
  readonly system?: string;
  /** From `normaliseContact`. */
  readonly normalised: Personal<string>;
}

const KEY_NAME = 'blind-index';

/** HMAC of contact values: equal values give equal indices, and nobody without the key can guess one. */
export class BlindIndex {
  constructor(private readonly keys: NamedKeys) {}

  /** The index to write, under the current key version. */
  async current(value: ContactValue): Promise<{ readonly version: number; readonly bidx: Buffer }> {
    const key = await this.keys.current(KEY_NAME);
    return { version: key.version, bidx: indexOf(key, value) };
  }

  /** The indices to look for: one per key version, newest first. */
  async all(value: ContactValue): Promise<Buffer[]> {
    return (await this.keys.versions(KEY_NAME)).map((key) => indexOf(key, value));
  }

  /** Starts a new key version. Look-ups ask all versions until the old one is removed. */
  addVersion(): Promise<number> {
    return this.keys.addVersion(KEY_NAME);
  }

  /** The version under which new claims are written. */
  async currentVersion(): Promise<number> {
    return (await this.keys.current(KEY_NAME)).version;
  }

  /** Destroys a version that no claim uses any more. */
  removeVersion(version: number): Promise<void> {
    return this.keys.removeVersion(KEY_NAME, version);
  }

  /** All versions, newest first. */
  async versions(): Promise<number[]> {
    return (await this.keys.versions(KEY_NAME)).map(({ version }) => version);
  }
}

function indexOf({ key }: NamedKey, { kind, system, normalised }: ContactValue): Buffer {
  return hmacSha256(key, canonicalJson([kind, system ?? null, normalised.reveal()]));
}
