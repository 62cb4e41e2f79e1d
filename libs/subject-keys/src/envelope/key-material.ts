import { hkdfSync, type KeyObject } from 'node:crypto';
import { sha256 } from '#kernel';

/** Bytes of a data key. */
export const DEK_BYTES = 32;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;

/** The public fingerprint of a data key: it stands in the ledger and outlives the key. */
export function keyFingerprint(dek: Uint8Array): Buffer {
  return sha256('gdpr-ledger/v1/fp\n', dek);
}

/** The key and nonce of one envelope, used once. */
export class MessageKey {
  private constructor(private readonly bytes: Buffer) {}

  /** Derives key and nonce from the data key and the envelope's salt (RFC 5869). */
  static derive(dek: KeyObject, salt: Uint8Array): MessageKey {
    return new MessageKey(
      Buffer.from(hkdfSync('sha256', dek, salt, 'gdpr-ledger/v1/mk', KEY_BYTES + NONCE_BYTES)),
    );
  }

  /** Takes the 44 disclosed bytes that open one envelope without giving the data key away. */
  static disclosed(bytes: Uint8Array): MessageKey {
    if (bytes.length !== KEY_BYTES + NONCE_BYTES)
      throw new RangeError('A disclosed message key has 44 bytes');
    return new MessageKey(Buffer.from(bytes));
  }

  get key(): Buffer {
    return this.bytes.subarray(0, KEY_BYTES);
  }

  get nonce(): Buffer {
    return this.bytes.subarray(KEY_BYTES);
  }

  /** What the envelope commits to. */
  commitment(): Buffer {
    return sha256('gdpr-ledger/v1/kc\n', this.key);
  }

  /** Key ‖ nonce, 44 bytes: whoever has them reads this one envelope. */
  disclose(): Buffer {
    return Buffer.from(this.bytes);
  }

  /** Overwrites the bytes as soon as they have served. */
  wipe(): void {
    this.bytes.fill(0);
  }
}
