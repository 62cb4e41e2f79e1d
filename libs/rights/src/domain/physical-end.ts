import { Rejection } from '#kernel';
import type { RightsEvent } from '../contract.js';
import { isErasedPhysically, type Destruction } from './destructions.js';
import type {
  ClosePersonalStream,
  CompleteErasure,
  RecordStreamsPurged,
  RightsCommand,
} from './rights.commands.js';
import { destructionOf, type RightsState } from './rights-state.js';

/** What is recorded after the keys are dead. */
export type PhysicalEndCommand = ClosePersonalStream | RecordStreamsPurged | CompleteErasure;

/** Whether a command records what follows the death of the keys. */
export function isPhysicalEnd(command: RightsCommand): command is PhysicalEndCommand {
  return ['ClosePersonalStream', 'RecordStreamsPurged', 'CompleteErasure'].includes(command.type);
}

/** The part of the decider that begins where nothing can be read any more. Rejects: `erasure-unknown`. */
export function decidePhysicalEnd(command: PhysicalEndCommand, state: RightsState): readonly RightsEvent[] {
  switch (command.type) {
    case 'ClosePersonalStream':
      return closePersonalStream(command, state);
    case 'RecordStreamsPurged':
      return recordStreamsPurged(command, state);
    case 'CompleteErasure':
      return completeErasure(command, state);
  }
}

/**
 * The fact comes before the store closes the stream; where a close met a newer revision it is recorded again.
 * Rejects: `erasure-unknown`.
 */
function closePersonalStream({ data }: ClosePersonalStream, state: RightsState): readonly RightsEvent[] {
  const { streams } = known(state, data.erasureId);
  const closed = streams.find(({ stream }) => stream === data.stream)?.closed;
  if (closed !== undefined && closed.lastRevision === data.lastRevision) return [];
  return [{ type: 'PersonalStreamClosed', data }];
}

/** Nothing is proven gone before it is closed. Rejects: `erasure-unknown`. */
function recordStreamsPurged({ data }: RecordStreamsPurged, state: RightsState): readonly RightsEvent[] {
  const { streams } = known(state, data.erasureId);
  const open = data.streams.filter((name) => !streams.some((one) => one.stream === name && one.closed));
  if (open.length > 0) throw new Error('A stream is closed before it is purged');
  const isKnown = streams.every(({ stream, isPurged }) => isPurged || !data.streams.includes(stream));
  return isKnown ? [] : [{ type: 'PersonalStreamsPurged', data }];
}

/**
 * The end of an erasure: every key destroyed, every purger done, every stream gone; and what was kept to notify
 * recipients is gone too. Rejects: `erasure-unknown`.
 */
function completeErasure({ data }: CompleteErasure, state: RightsState): readonly RightsEvent[] {
  const destruction = known(state, data.completed.erasureId);
  if (destruction.isCompleted) return [];
  const isAcknowledged = data.purgers.every((purger) => destruction.acknowledgedBy.includes(purger));
  if (!isAcknowledged || !isErasedPhysically(destruction) || !isNotificationGone(state))
    throw new Error('An erasure is completed when each of its steps is proven');
  return [{ type: 'ErasureCompleted', data: data.completed }];
}

/** Whether everything that the ledger ended of the scope `notification` is physically gone. */
export function isNotificationGone({ destructions }: RightsState): boolean {
  const streams = destructions.flatMap((destruction) => destruction.streams);
  return streams.every(({ scope, isPurged }) => scope !== 'notification' || isPurged);
}

function known(state: RightsState, erasureId: string): Destruction {
  const destruction = destructionOf(state, erasureId);
  if (destruction === undefined) throw new Rejection('erasure-unknown');
  return destruction;
}
