import type { StoredEvent } from '#event-store';
import { isUuid, type Uuid } from '#kernel';
import { subjectsOfStream } from '../command/event-metadata.js';

/** One of the shards in which a projection runs: it writes the rows of its own subjects only. */
export interface Shard {
  /** From 0 on. */
  readonly index: number;
  /** How many there are. */
  readonly of: number;
}

/** The only shard of a projection that runs as a whole. */
export const WHOLE: Shard = { index: 0, of: 1 };

/** More shards than this would spend their time moving checkpoints. */
export const MAX_SHARDS = 64;

/**
 * The shard of a subject. Subject ids are random (UUIDv4), so their last 32 bits are as good as any hash of them. To
 * change this function is to change every sharded checkpoint: all projections would have to be rebuilt.
 */
export function shardOf(subjectId: Uuid, of: number): number {
  return of === 1 ? 0 : Number.parseInt(subjectId.slice(-8), 16) % of;
}

/**
 * The data subjects of an event: those that its metadata names and the one in its stream's name. `untold`: its metadata
 * cannot be read, so that nobody can say whom it concerns.
 */
export function subjectsOf({ stream, metadata }: StoredEvent): readonly Uuid[] | 'untold' {
  const sub: unknown =
    metadata === null || typeof metadata !== 'object' ? undefined : Reflect.get(metadata, 'sub');
  if (!Array.isArray(sub)) return 'untold';
  const named = sub as readonly unknown[];
  if (!named.every(isSubject)) return 'untold';
  const [owner] = subjectsOfStream(stream);
  const isNamed = owner === undefined || named.includes(owner) || !isUuid(owner);
  const all = isNamed ? named : [...named, owner];
  return all.length < 2 ? all : [...new Set(all)];
}

/**
 * Those of an event's subjects that a shard keeps; `undefined`: the event is not its business. An event of no subject is
 * that of shard 0; one of which nobody can say whom it concerns is everybody's.
 */
export function subjectsIn(
  { index, of }: Shard,
  subjects: readonly Uuid[] | 'untold',
): readonly Uuid[] | 'untold' | undefined {
  if (subjects === 'untold' || of === 1) return subjects;
  if (subjects.length === 0) return index === 0 ? subjects : undefined;
  const mine = subjects.filter((subject) => shardOf(subject, of) === index);
  return mine.length === 0 ? undefined : mine;
}

function isSubject(item: unknown): item is Uuid {
  return typeof item === 'string' && isUuid(item);
}
