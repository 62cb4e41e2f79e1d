import type { JsonObject } from '#kernel';

/** What is known about the end of a key-encryption key; it goes into `KekDestroyed` and the erasure certificates. */
export interface KekEvidence extends JsonObject {
  readonly provider: string;
  /** How it was destroyed, in the provider's words. */
  readonly method: string;
  /** Instant from which nobody can use the key: later than now where the provider imposes a waiting time. */
  readonly deadBy: string;
}

/** What an auditor should know about where key-encryption keys live. */
export interface KekProviderDescription {
  readonly name: string;
  /** One sentence for the certificate. */
  readonly statement: string;
  /** Whether the key material can be copied out of the provider by whoever administers this machine. */
  readonly exportable: boolean;
}

/**
 * Holder of the key-encryption keys, one per epoch: key files, HashiCorp Vault transit, a cloud KMS.
 * Every provider passes one contract suite. Methods throw {@link KekUnavailable} when it is worth trying again.
 */
export interface KekProvider {
  /** Stands in `kek.provider`. */
  readonly name: string;
  /** Creates the key of a new epoch, durably, and answers the provider's reference to it. */
  createEpochKey(): Promise<string>;
  /** Encrypts a data key; `aad` is authenticated with it. */
  wrap(providerRef: string, key: Uint8Array, aad: Uint8Array): Promise<Buffer>;
  /** Decrypts. Throws {@link KekRefused} if bytes or `aad` were altered, {@link KekGone} if the key is destroyed. */
  unwrap(providerRef: string, wrapped: Uint8Array, aad: Uint8Array): Promise<Buffer>;
  /** Destroys the key of an epoch for good. Doing it twice is no error. */
  destroy(providerRef: string): Promise<KekEvidence>;
  /** What to tell an auditor. */
  describe(): KekProviderDescription;
}

/** The provider does not answer; try again. */
export class KekUnavailable extends Error {
  override readonly name = 'KekUnavailable';
}

/** The key-encryption key is destroyed or missing: what it wrapped is lost. */
export class KekGone extends Error {
  override readonly name = 'KekGone';
  constructor(readonly providerRef: string) {
    super(`The key-encryption key ${providerRef} does not exist`);
  }
}

/** The wrapped bytes, or the row that they stand in, were altered. */
export class KekRefused extends Error {
  override readonly name = 'KekRefused';
  constructor(readonly providerRef: string) {
    super(`The key-encryption key ${providerRef} refuses these bytes`);
  }
}
