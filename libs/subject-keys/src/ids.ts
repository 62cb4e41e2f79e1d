import { randomBytes } from 'node:crypto';

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A random ULID behind a prefix, `k_01J…`: sorts by time of creation and says nothing else. */
export function prefixedUlid(prefix: string): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  randomBytes(10).copy(bytes, 6);
  let value = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (let i = 0; i < 26; i += 1) {
    text = `${CROCKFORD.charAt(Number(value & 31n))}${text}`;
    value >>= 5n;
  }
  return `${prefix}_${text}`;
}
