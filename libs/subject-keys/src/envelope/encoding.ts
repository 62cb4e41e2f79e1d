import { EnvelopeUnreadable } from './envelope.js';

/** Envelopes hide lengths inside buckets of this many bytes. */
export const BUCKET_BYTES = 64;

const MARK = 0x80;

/** Base64url without padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url');
}

/**
 * Reads base64url strictly: one byte string has one text, so an altered text never passes for the original.
 * Throws {@link EnvelopeUnreadable} `malformed`, also for a wrong length.
 */
export function fromBase64Url(text: unknown, bytes?: number): Buffer {
  if (typeof text !== 'string') throw new EnvelopeUnreadable('malformed');
  const decoded = Buffer.from(text, 'base64url');
  const wrongLength = bytes !== undefined && decoded.length !== bytes;
  if (wrongLength || decoded.toString('base64url') !== text) throw new EnvelopeUnreadable('malformed');
  return decoded;
}

/** Appends 80 00… up to the next multiple of {@link BUCKET_BYTES}. */
export function pad(content: Uint8Array): Buffer {
  const padded = Buffer.alloc((Math.floor(content.length / BUCKET_BYTES) + 1) * BUCKET_BYTES);
  padded.set(content);
  padded[content.length] = MARK;
  return padded;
}

/** Takes the padding off. Throws {@link EnvelopeUnreadable} `content` if there is none. */
export function unpad(padded: Uint8Array): Uint8Array {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end -= 1;
  if (end < 0 || padded[end] !== MARK || padded.length % BUCKET_BYTES !== 0) {
    throw new EnvelopeUnreadable('content');
  }
  return padded.subarray(0, end);
}
