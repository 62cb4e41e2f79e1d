import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { prefixedUlid } from '../ids.js';
import { aesUnwrap, aesWrap } from './aes-wrap.js';
import {
  KekGone,
  KekRefused,
  type KekEvidence,
  type KekProvider,
  type KekProviderDescription,
} from './kek-provider.js';

/** Key-encryption keys that die with the process: for specs and throw-away demonstrations. */
export class MemoryKekProvider implements KekProvider {
  readonly name: string = 'memory';
  private readonly keys = new Map<string, KeyObject>();

  /** How many keys live. */
  get size(): number {
    return this.keys.size;
  }

  createEpochKey(): Promise<string> {
    const ref = prefixedUlid('kek');
    this.keys.set(ref, createSecretKey(randomBytes(32)));
    return Promise.resolve(ref);
  }

  async wrap(providerRef: string, key: Uint8Array, aad: Uint8Array): Promise<Buffer> {
    return aesWrap(await this.key(providerRef), key, aad);
  }

  async unwrap(providerRef: string, wrapped: Uint8Array, aad: Uint8Array): Promise<Buffer> {
    const key = aesUnwrap(await this.key(providerRef), wrapped, aad);
    if (key === undefined) throw new KekRefused(providerRef);
    return key;
  }

  destroy(providerRef: string): Promise<KekEvidence> {
    this.keys.delete(providerRef);
    return Promise.resolve({
      provider: this.name,
      method: 'forgotten by the process',
      deadBy: new Date().toISOString(),
    });
  }

  describe(): KekProviderDescription {
    return {
      name: this.name,
      statement: 'Key-encryption keys live in the memory of one process and end with it.',
      exportable: true,
    };
  }

  private key(providerRef: string): Promise<KeyObject> {
    const key = this.keys.get(providerRef);
    return key === undefined ? Promise.reject(new KekGone(providerRef)) : Promise.resolve(key);
  }
}
