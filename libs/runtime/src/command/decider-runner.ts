import { Injectable } from '@nestjs/common';
import { fold, type Command, type Decider, type Message, type Uuid } from '#kernel';
import type { StreamName } from '#event-store';
import type { CommandContext } from './command-context.js';
import { subjectsOfStream } from './event-metadata.js';
import type { Outcome } from './outcome.js';
import { StreamWriter } from './stream-writer.js';

/** Which aggregate decides. */
export interface Aggregate<C extends Command, E extends Message, S> {
  readonly decider: Decider<C, E, S>;
  readonly stream: StreamName;
}

/** How a step is recorded. */
export interface RunOptions {
  /** Number of the step within its command; 0 unless the command has several. */
  readonly step?: number;
  /** The data subjects that the events are about; by default the one in the stream's name. */
  readonly subjects?: readonly Uuid[];
  /** The act is a "no": conflicts are retried until the deadline, an unreadable stream is no obstacle. */
  readonly isNo?: boolean;
  /** Conflicts are retried until the deadline, as those of a "no", but the stream must be readable. */
  readonly isPatient?: boolean;
}

/** The imperative shell around a decider. */
@Injectable()
export class DeciderRunner {
  constructor(private readonly writer: StreamWriter) {}

  /**
   * Folds the aggregate, lets it decide, and records what it decided, at most once per (command, step) however often
   * it is tried. A "no" to a stream that cannot be decoded is decided on the initial state, which always records it.
   * Throws `Rejection`; `ConcurrencyConflict` after three lost races (a "no", or patient: after the deadline); `Unavailable`,
   * `StreamClosed`, `AppendTooLarge`; `UndecodableEvent`.
   */
  async run<C extends Command, E extends Message, S>(
    { decider, stream }: Aggregate<C, E, S>,
    message: Omit<C, 'metadata'>,
    context: CommandContext,
    options: RunOptions = {},
  ): Promise<Outcome<E>> {
    const { step = 0, subjects = subjectsOfStream(stream), isNo = false, isPatient = false } = options;
    const command = { ...message, metadata: { now: context.now, actor: context.actor } } as C;
    return this.writer.record<E>({ stream, context, number: step, subjects, isNo, isPatient }, (history) => {
      // The codec gives the newest shape of each event; a stream holds one aggregate's events.
      const events = history.isReadable ? (history.events as readonly Message[] as readonly E[]) : [];
      return decider.decide(command, fold(decider, events));
    });
  }
}
