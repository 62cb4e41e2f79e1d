import type { StoredEvent } from '#event-store';
import type { Place } from './place.js';

/** Something that follows the log with a checkpoint of its own: a build of a projection, the audit copy, a reactor. */
export interface Follower {
  /** Names its owner lock and its lines in the log. */
  readonly name: string;
  /** At most this many events are handed over at once. */
  readonly batchSize: number;
  /** Followers of one group are shared out among the processes that may follow them; `undefined`: it stands alone. */
  readonly group?: string;
  /** Of a group: how many followers it has at present. Throws {@link NotNow} like `open`, and changes nothing. */
  mayFollow?(): Promise<number>;
  /** Becomes the owner and tells from where to follow. Throws {@link NotNow} while it has nothing to do here. */
  open(): Promise<Place>;
  /** Does these events, which come in order after its place, and commits. Answers the new place. */
  apply(events: readonly StoredEvent[]): Promise<Place>;
  /** About once a second between batches: notices a lost ownership, does what was asked for meanwhile. */
  tick(): Promise<void>;
}

/** The follower may not follow at present, which is no fault: it stands by and looks again. */
export class NotNow extends Error {
  override readonly name = 'NotNow';
  /** `isOfGroup`: this process can follow nothing of the follower's group. */
  constructor(
    message: string,
    readonly isOfGroup = true,
  ) {
    super(message);
  }
}

/** What a follower is doing. */
export type FollowerPhase =
  /** Another process owns it, or it has nothing to do here. */
  | 'standby'
  | 'catching-up'
  | 'live'
  /** Something is broken; it tries again by itself. */
  | 'backing-off'
  /** The store is not the one it followed: only a rebuild helps. */
  | 'another-history'
  | 'stopped';

/** A follower as this process sees it. */
export interface FollowerState {
  readonly name: string;
  readonly phase: FollowerPhase;
  readonly place: Place | undefined;
  /** Why it is not following; names and codes, no data. */
  readonly problem: string | undefined;
}
