import { randomBytes } from 'node:crypto';

const start = randomBytes(8).toString('hex');
let count = 0;

/** A name for a request that no other has: random per process, then counted, because randomness per request costs. */
export function newRequestId(): string {
  count += 1;
  return `${start}${count.toString(16).padStart(14, '0')}`;
}

/** The URN of a request (RFC 9562): what a problem document and the log line about it share. */
export function instanceOf(requestId: string): string {
  const hex = requestId.padEnd(30, '0').slice(0, 30);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(12, 15)}-8${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
}
