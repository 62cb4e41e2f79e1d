import { categoryOf, type StreamName } from '#event-store';
import { eventId, type EventMetadata, type Instant, type Uuid } from '#kernel';
import { PROGRAM } from '../program.js';
import type { CommandContext } from './command-context.js';

/** Categories whose streams are named by the id of the data subject that they are about. */
const SUBJECT_CATEGORIES: ReadonlySet<string> = new Set([
  'subject',
  'consent',
  'rights',
  'relationship',
  'solicitation',
  'information',
  'preferences',
  'decision',
  'contacts',
  'access',
  'keys',
]);

/** One numbered step of a command on one stream. */
export interface Step {
  readonly stream: StreamName;
  readonly context: CommandContext;
  /** Position in the command; steps are ordered so that every prefix is harmless. */
  readonly number: number;
  /** The data subjects that the events are about. */
  readonly subjects: readonly Uuid[];
  /** A "no" is never lost: conflicts are retried until the deadline, an unreadable stream is no obstacle. */
  readonly isNo: boolean;
  /** Many write to this stream at the same time, each of whom must be heard: conflicts are retried until the deadline. */
  readonly isPatient?: boolean;
  /**
   * What is recorded depends on nothing in the stream: only its end is read, what cannot be decoded is no obstacle, and
   * conflicts are retried until the deadline.
   */
  readonly isUnconditional?: boolean;
  /** Tells several independent records of one step on one stream apart. */
  readonly label?: string;
}

/** The id of an event of this step: the same whoever tries, and however often. */
export function eventIdOf({ context, number, stream, label }: Step, index: number): Uuid {
  return eventId(context.commandId, number, label === undefined ? stream : `${stream}#${label}`, index);
}

/** `<commandId>/<step>`: what a retry looks for among the events of the stream. */
export function requestOf(step: Step): string {
  return `${step.context.commandId}/${String(step.number)}`;
}

/** The data subject in the name of a stream, where the category says that there is one. */
export function subjectsOfStream(stream: StreamName): readonly Uuid[] {
  const category = categoryOf(stream);
  return SUBJECT_CATEGORIES.has(category) ? [stream.slice(category.length + 1)] : [];
}

/** Metadata of an event of this step (`evidence.md` §2): pseudonymous references, times and versions only. */
export function metadataOf(step: Step, schema: string, ts: Instant): EventMetadata {
  const { actor, correlationId, causationId, traceparent } = step.context;
  return {
    v: 1,
    schema,
    ts,
    actor,
    sub: step.subjects,
    req: requestOf(step),
    $correlationId: correlationId,
    ...(causationId === undefined ? {} : { $causationId: causationId }),
    ...(traceparent === undefined ? {} : { traceparent }),
    src: PROGRAM,
  };
}
