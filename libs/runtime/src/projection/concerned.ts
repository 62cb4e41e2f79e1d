import type { StoredEvent } from '#event-store';
import { isUuid } from '#kernel';

const STREAM_ID = /^[^-]+-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * Whom a parked event holds back: the subjects it names, the id in its stream's name and the stream itself. So a
 * governance event holds back its stream (and what refers to its id), and of an unreadable event the id in the
 * stream's name counts, with whatever subjects its metadata still tells.
 */
export function concernedBy({
  stream,
  metadata,
}: Pick<StoredEvent, 'stream' | 'metadata'>): readonly string[] {
  const concerned = new Set<string>([stream]);
  const id = STREAM_ID.exec(stream)?.[1];
  // The nil id stands in the streams of the ledger itself and names nobody.
  if (id !== undefined && isUuid(id)) concerned.add(id);
  for (const subject of namedSubjects(metadata)) concerned.add(subject);
  return [...concerned];
}

function namedSubjects(metadata: unknown): string[] {
  if (metadata === null || typeof metadata !== 'object') return [];
  const { sub } = metadata as { sub?: unknown };
  return Array.isArray(sub)
    ? sub.filter((item): item is string => typeof item === 'string' && isUuid(item))
    : [];
}
