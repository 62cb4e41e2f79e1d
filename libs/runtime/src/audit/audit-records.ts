import type { StoredEvent } from '#event-store';
import { canonicalJson, NotCanonical, sha256, type Instant, type Uuid } from '#kernel';
import { entryOf, EntryTooLarge, leafOf, type Entry } from './entry.js';

/** Why an entry is not the canonical event that it should be; each is an alarm. */
export type EntryAlarm =
  /** The event has no canonical JSON: the SHA-256 of its bytes stands for it. */
  | 'not-canonical'
  /** Its entry would be too large: the SHA-256 of its bytes stands for it. */
  | 'too-large'
  /** Another event has its id: the store was written by another program. */
  | 'duplicate-id';

/** A row of the audit copy, without its index and running maximum. */
export interface AuditRecord extends Entry {
  readonly event: StoredEvent;
  /** `metadata.ts`; `undefined` for an event without one, which then counts in no maximum. */
  readonly ts: Instant | undefined;
  readonly alarm: EntryAlarm | undefined;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** The record of an event. Total: the audit copy parks nothing. */
export function auditRecord(ledgerId: Uuid, event: StoredEvent): AuditRecord {
  const ts = recordedAtOf(event.metadata);
  try {
    return { ...entryOf(ledgerId, event), event, ts, alarm: undefined };
  } catch (error) {
    if (error instanceof EntryTooLarge)
      return { ...digestEntry(ledgerId, event), event, ts: undefined, alarm: 'too-large' };
    if (error instanceof NotCanonical)
      return { ...digestEntry(ledgerId, event), event, ts: undefined, alarm: 'not-canonical' };
    throw error;
  }
}

/** `{v, led, stream, rev, id, type, raw}`, where `raw` is the SHA-256 of the event's bytes as {@link bytesOf} has them. */
function digestEntry(ledgerId: Uuid, { stream, revision, id, type, data, metadata }: StoredEvent): Entry {
  const raw = sha256(bytesOf([data, metadata])).toString('base64url');
  const names = { stream: stream.toWellFormed(), type: type.toWellFormed().slice(0, 1_000) };
  return leafOf(canonicalJson({ v: 1, led: ledgerId, ...names, rev: Number(revision), id, raw }));
}

/** JSON with sorted keys of any value that was read from JSON, whether it has a canonical form or not. */
export function bytesOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(bytesOf).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${bytesOf(member)}`).join(',')}}`;
}

function recordedAtOf(metadata: unknown): Instant | undefined {
  if (metadata === null || typeof metadata !== 'object' || !('ts' in metadata)) return undefined;
  const { ts } = metadata;
  if (typeof ts !== 'string' || !INSTANT.test(ts)) return undefined;
  const date = new Date(ts);
  return !Number.isNaN(date.getTime()) && date.toISOString() === ts ? ts : undefined;
}
