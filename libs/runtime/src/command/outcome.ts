import type { LedgerEvent, Position, StreamName } from '#event-store';
import type { Message } from '#kernel';

/**
 * What a command step recorded; made again from the same events when the command is retried. A step without events
 * then tells the stream's present revision, so an answer is made from steps with events where there are any.
 */
export interface Outcome<E extends Message = Message> {
  readonly stream: StreamName;
  /** Revision of the stream after the step; `undefined` if the stream is absent. */
  readonly revision: bigint | undefined;
  /** The events that this step recorded, each with the step's position: none if the act was already known. */
  readonly events: readonly (LedgerEvent<E['type'], E['data']> & E)[];
  /** Position of the last of them; absent when nothing was appended or the store cannot place it any more. */
  readonly position?: Position;
}

/** The part of every command's answer that tells where it stands (`quality.md` conventions). */
export interface CommandAck {
  /** Reads accept it as `minToken`: `<generation>~<position>`, or `<stream>@<revision>`. */
  readonly token: string;
  readonly stream: StreamName;
  readonly revision: number;
  /** Number of new events; 0 when the act was already recorded. */
  readonly appended: number;
}
