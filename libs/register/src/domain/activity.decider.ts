import { parisDay, Rejection, type Command, type Decider, type Instant } from '#kernel';
import type { ProcessingActivityData, RegisterEvent } from '../contract.js';
import { requireExceptions, requireKnownReferences, type ActivityFacts } from './activity-rules.js';
import { describedAnew, saysNothingNew, standingDescription, type Descriptions } from './described.js';
import { refuseFuture } from './occurred.js';
import { refusePersonalData } from './personal-data-detector.js';

/** Facts of one `activity-<uuid>` stream. */
export type ActivityEvent = Extract<
  RegisterEvent,
  { type: 'ProcessingActivityRecorded' | 'ProcessingActivityRevised' | 'ProcessingActivityRetired' }
>;
/** How a line of the register ended. */
export type ActivityEnding = Extract<ActivityEvent, { type: 'ProcessingActivityRetired' }>['data'];

/** A line of the register as it is to stand, with what the shell looked up. */
export interface ActivityProposal {
  readonly activity: ProcessingActivityData;
  readonly occurredAt: Instant;
  readonly facts: ActivityFacts;
  /** The revision its author has seen; the shell declines a stale one. */
  readonly ifRevision?: bigint;
}

/** Enters a processing activity in the register (Art. 30). */
export type RecordProcessingActivity = Command<'RecordProcessingActivity', ActivityProposal>;
/** Describes a line anew, whole. */
export type ReviseProcessingActivity = Command<'ReviseProcessingActivity', ActivityProposal>;
/** Marks a line as ended; it is never deleted. */
export type RetireProcessingActivity = Command<'RetireProcessingActivity', ActivityEnding>;
export type ActivityCommand = RecordProcessingActivity | ReviseProcessingActivity | RetireProcessingActivity;

/** One line of the register through time. */
export interface ActivityState {
  readonly descriptions: Descriptions<ProcessingActivityData & { readonly occurredAt: Instant }>;
  readonly ending?: ActivityEnding;
}

/**
 * The register of processing activities. A line may be incomplete (`missingElements` says what is missing); it may
 * not hold what is forbidden. Rejects: `code-already-used`, `processing-activity-unknown`,
 * `processing-activity-retired`, `controller-unknown`, `purpose-unknown`, `special-category-refused`,
 * `national-id-refused`, `personal-data-in-text`, `occurred-in-the-future`.
 */
export const activityDecider: Decider<ActivityCommand, ActivityEvent, ActivityState> = {
  initialState: { descriptions: [] },
  decide: (command, state) => {
    switch (command.type) {
      case 'RecordProcessingActivity':
        return recordActivity(command, state);
      case 'ReviseProcessingActivity':
        return reviseActivity(command, state);
      case 'RetireProcessingActivity':
        return retireActivity(command, state);
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'ProcessingActivityRecorded':
      case 'ProcessingActivityRevised':
        return { ...state, descriptions: describedAnew(state.descriptions, event.data) };
      case 'ProcessingActivityRetired':
        return state.ending === undefined ? { ...state, ending: event.data } : state;
    }
  },
};

function recordActivity({ data, metadata }: RecordProcessingActivity, state: ActivityState): ActivityEvent[] {
  const description = checked(data, metadata.now);
  if (!isKnown(state)) return [{ type: 'ProcessingActivityRecorded', data: description }];
  if (state.ending === undefined && saysNothingNew(state.descriptions, description)) return [];
  throw new Rejection('code-already-used', 'A reference names one line for ever', '/reference');
}

function reviseActivity({ data, metadata }: ReviseProcessingActivity, state: ActivityState): ActivityEvent[] {
  requireKnown(state);
  if (state.ending !== undefined) {
    throw new Rejection('processing-activity-retired', 'This line has ended', '/activityId');
  }
  if (standingDescription(state.descriptions)?.reference !== data.activity.reference) {
    throw new Rejection('code-already-used', 'A reference names one line for ever', '/reference');
  }
  const description = checked(data, metadata.now);
  return saysNothingNew(state.descriptions, description)
    ? []
    : [{ type: 'ProcessingActivityRevised', data: description }];
}

/** Retiring again changes nothing: the first ending stands. */
function retireActivity({ data, metadata }: RetireProcessingActivity, state: ActivityState): ActivityEvent[] {
  refuseFuture(data.occurredAt, metadata.now);
  if (data.endedOn > parisDay(metadata.now)) {
    throw new Rejection('occurred-in-the-future', 'endedOn is later than today', '/endedOn');
  }
  requireKnown(state);
  return state.ending === undefined ? [{ type: 'ProcessingActivityRetired', data }] : [];
}

function checked(
  { activity, occurredAt, facts }: ActivityProposal,
  now: Instant,
): ProcessingActivityData & { occurredAt: Instant } {
  refuseFuture(occurredAt, now);
  requireKnownReferences(activity, facts);
  requireExceptions(activity);
  refusePersonalData(activity);
  return { ...activity, occurredAt };
}

function isKnown({ descriptions, ending }: ActivityState): boolean {
  return ending !== undefined || descriptions.length > 0;
}

function requireKnown(state: ActivityState): void {
  if (!isKnown(state)) {
    throw new Rejection('processing-activity-unknown', 'No line with this id', '/activityId');
  }
}
