import { canonicalJson, NotCanonical, sha256, type Json, type Uuid } from '#kernel';
import type { NewEvent, StoredEvent, StreamName } from '#event-store';

/** An entry is at most this many bytes of UTF-8, so that a verifier can bound its memory. */
export const MAX_ENTRY_BYTES = 32 * 1024;

/** The entry of an event would be too large for its proof: the append is refused. */
export class EntryTooLarge extends Error {
  override readonly name = 'EntryTooLarge';
  constructor(
    readonly type: string,
    readonly bytes: number,
  ) {
    super(`The entry of ${type} has ${bytes} bytes, at most ${MAX_ENTRY_BYTES} fit`);
  }
}

/** What an entry is made of. */
export type LoggedEvent = Pick<StoredEvent, 'id' | 'stream' | 'revision' | 'type' | 'data' | 'metadata'>;

/** A line of the log and its leaf (RFC 6962). */
export interface Entry {
  /** Canonical JSON: what is hashed, kept for ever, and given to auditors. */
  readonly entry: string;
  /** `SHA-256(0x00 ‖ entry)`. */
  readonly leafHash: Buffer;
}

/**
 * The entry of an event (`evidence.md` §2): the whole event, with the SHA-256 of each ciphertext in its place, so that
 * the proof outlives the personal data. Throws `NotCanonical` for what has no canonical JSON, {@link EntryTooLarge}.
 */
export function entryOf(ledgerId: Uuid, event: LoggedEvent): Entry {
  const { id, stream, revision, type, data, metadata } = event;
  const rev = Number(revision);
  const text = canonicalJson({
    ...{ v: 1, led: ledgerId, stream, rev, id, type },
    data: withoutCiphertext(data),
    meta: metadata,
  });
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_ENTRY_BYTES) throw new EntryTooLarge(type, bytes);
  return leafOf(text);
}

/** The leaf of an entry that is canonical text already. */
export function leafOf(entry: string): Entry {
  return { entry, leafHash: sha256(Buffer.of(0), entry) };
}

/**
 * Refuses, before they are appended, events whose entries would not fit, whatever revision they get.
 * Throws {@link EntryTooLarge}.
 */
export function assertEntryFits(ledgerId: Uuid, stream: StreamName, events: readonly NewEvent[]): void {
  for (const event of events)
    entryOf(ledgerId, { ...event, stream, revision: BigInt(Number.MAX_SAFE_INTEGER) });
}

function withoutCiphertext(data: Json): Json {
  if (data === null || typeof data !== 'object' || !('$pd' in data)) return data;
  const envelopes = data.$pd;
  if (!Array.isArray(envelopes)) return data;
  return { ...data, $pd: (envelopes as readonly Json[]).map(hashedEnvelope) };
}

function hashedEnvelope(envelope: Json, index: number): Json {
  if (envelope === null || typeof envelope !== 'object' || !('ct' in envelope)) return envelope;
  const { ct, ...rest } = envelope;
  const place = `/data/$pd/${index}`;
  if ('cth' in rest) throw new NotCanonical(place, 'a ciphertext beside the hash of one');
  const bytes = typeof ct === 'string' ? Buffer.from(ct, 'base64url') : undefined;
  // Two texts of one ciphertext would be two events with one entry.
  if (bytes?.toString('base64url') !== ct)
    throw new NotCanonical(place, 'a ciphertext that is not base64url');
  return { ...rest, cth: sha256(bytes).toString('base64url') };
}
