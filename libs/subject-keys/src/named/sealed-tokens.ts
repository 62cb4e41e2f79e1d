import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { NamedKey, NamedKeys } from './named-keys.js';

const FORMAT = 1;
const HEAD_BYTES = 2;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** No token is longer; anything beyond is not looked at. */
const MAX_TOKEN = 400;
const UUID_BYTES = 16;

/**
 * Tokens for addresses that people follow: what one says is sealed (AES-256-GCM), so that it gives nothing away and
 * nobody can make one up. Kept nowhere. Each use has a named key of its own, so a token of one use is none of another;
 * what was sealed under an older version opens for ever. `same`: the same content gives the same token under one key
 * version, for an answer that is made again; else no two are alike.
 */
export class SealedTokens {
  constructor(
    private readonly keys: Pick<NamedKeys, 'current' | 'versions'>,
    private readonly keyName: string,
    private readonly repetition: 'other' | 'same' = 'other',
  ) {}

  /** Tokens that say these contents, in their order. Throws `KeyStoreUnavailable`. */
  async seal(contents: readonly Uint8Array[]): Promise<readonly string[]> {
    const key = await this.keys.current(this.keyName);
    const nonceOf = this.repetition === 'same' ? derivedNonce : () => randomBytes(NONCE_BYTES);
    return contents.map((content) => sealed(content, key, nonceOf(content, key)));
  }

  /** What a token says; `undefined` if it is none of ours, or damaged. Throws `KeyStoreUnavailable`. */
  async open(token: string): Promise<Buffer | undefined> {
    if (token.length > MAX_TOKEN) return undefined;
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length < HEAD_BYTES + NONCE_BYTES + TAG_BYTES || bytes[0] !== FORMAT) return undefined;
    const known = (await this.keys.versions(this.keyName)).find(({ version }) => version === bytes[1]);
    return known && opened(bytes, known);
  }
}

/** As good as random for whoever lacks the key: no two contents share one (as in RFC 8452, from the content itself). */
function derivedNonce(content: Uint8Array, { key }: NamedKey): Buffer {
  return createHmac('sha256', key).update('nonce ').update(content).digest().subarray(0, NONCE_BYTES);
}

function sealed(content: Uint8Array, { key, version }: NamedKey, nonce: Buffer): string {
  const head = Buffer.from([FORMAT, version]);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(head);
  const text = Buffer.concat([cipher.update(content), cipher.final()]);
  return Buffer.concat([head, nonce, text, cipher.getAuthTag()]).toString('base64url');
}

function opened(bytes: Buffer, { key }: NamedKey): Buffer | undefined {
  const nonceEnd = HEAD_BYTES + NONCE_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(HEAD_BYTES, nonceEnd))
    .setAAD(bytes.subarray(0, HEAD_BYTES))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(nonceEnd, -TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** The 16 bytes of each id, one after the other: what a token holds of ids. */
export function packedIds(ids: readonly string[]): Buffer {
  return Buffer.from(ids.map((id) => id.replaceAll('-', '')).join(''), 'hex');
}

/** The id that stands at this place of a token's content. */
export function unpackedId(content: Buffer, offset: number): string {
  const hex = content.toString('hex', offset, offset + UUID_BYTES);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
