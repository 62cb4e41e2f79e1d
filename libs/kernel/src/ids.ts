import { canonicalJson } from './canonical-json.js';
import { sha256 } from './hash.js';

/** Lower-case UUID of any version. */
export type Uuid = string;

/** Where new random ids come from; a port, so that the domain stays deterministic. */
export interface IdSource {
  /** A new random UUIDv4. */
  uuid(): Uuid;
}

/** The stream id of facts about the ledger itself. */
export const NIL_UUID = '00000000-0000-0000-0000-000000000000';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether the text is a lower-case UUID (RFC 9562, versions 1 to 8). */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * The id of one event: UUIDv8 over (command, step, stream, index), so that a retry offers the store the very same
 * ids and can never write twice.
 */
export function eventId(commandId: Uuid, step: number, stream: string, index: number): Uuid {
  return shape(sha256(canonicalJson([commandId, step, stream, index])), 0x80);
}

/**
 * An id that a command allocates (a subject, a consent …), in UUIDv4 shape. It is as random as the command's id and
 * never derived from an identifier of a person, and a retry allocates the same one.
 */
export function allocatedId(commandId: Uuid, label: string): Uuid {
  return shape(sha256(canonicalJson(['allocate', commandId, label])), 0x40);
}

function shape(digest: Buffer, version: 0x40 | 0x80): Uuid {
  const bytes = Buffer.from(digest.subarray(0, 16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | version;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
