import { createHash } from 'node:crypto';

/** SHA-256 over the concatenation of the parts; text is taken as UTF-8. */
export function sha256(...parts: readonly (string | Uint8Array)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** SHA-256 of one text in lower-case hexadecimal, as published texts are named. */
export function sha256Hex(text: string): string {
  return sha256(text).toString('hex');
}
