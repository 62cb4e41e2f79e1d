import { parisDay, type Day, type Instant, type Uuid } from '#kernel';
import type { ControllerData, ProcessingActivityData } from '../contract.js';
import type { ActivityEnding, ActivityEvent, ActivityState } from './activity.decider.js';
import { activityDecider } from './activity.decider.js';
import { controllerDecider, type ControllerEvent } from './controller.decider.js';
import { standingDescription } from './described.js';
import { isComplete, missingElements, type MissingElement } from './missing-elements.js';

/** A line of the register as it stood on a day, with its organisation and what it lacks. */
export interface RegisterLine extends ProcessingActivityData {
  readonly controller?: ControllerData;
  readonly jointControllers: readonly ControllerData[];
  /** Since when the line has existed, and since when it has read as it does. */
  readonly recordedAt: Instant;
  readonly describedAt: Instant;
  /** Present once the processing has ended; the line stays. */
  readonly ending?: Pick<ActivityEnding, 'reason' | 'endedOn'>;
  /** Nothing is missing that Art. 30 asks of every line. */
  readonly complete: boolean;
  readonly missing: readonly MissingElement[];
}

/** What of a line is known apart from its description. */
export interface LineTimes {
  readonly recordedAt: Instant;
  readonly describedAt: Instant;
  readonly ending?: Pick<ActivityEnding, 'reason' | 'endedOn'>;
}

/** Puts a line together; `controllers` are those it names, as far as they are known. */
export function registerLine(
  activity: ProcessingActivityData,
  times: LineTimes,
  controllers: ReadonlyMap<Uuid, ControllerData>,
): RegisterLine {
  const controller = controllers.get(activity.controllerId ?? '');
  const missing = missingElements(activity, controller);
  return {
    ...activity,
    ...(controller === undefined ? {} : { controller }),
    jointControllers: activity.jointControllerIds.flatMap((id) => controllers.get(id) ?? []),
    ...times,
    complete: isComplete(missing),
    missing,
  };
}

/** The events of a stream that had happened by the end of a Paris day, as far as is known now. */
export function happenedBy<E extends { readonly data: { readonly occurredAt: Instant } }>(
  history: readonly E[],
  day: Day,
): E[] {
  return history.filter(({ data }) => parisDay(data.occurredAt) <= day);
}

/** A line's description and times on a past day; `undefined` if it did not exist yet. */
export function activityOn(
  history: readonly ActivityEvent[],
  day: Day,
): { readonly activity: ProcessingActivityData; readonly times: LineTimes } | undefined {
  const { descriptions, ending } = happenedBy(history, day).reduce<ActivityState>(
    (state, event) => activityDecider.evolve(state, event),
    activityDecider.initialState,
  );
  const standing = standingDescription(descriptions);
  const [first] = descriptions;
  if (standing === undefined || first === undefined) return undefined;
  const { occurredAt, ...activity } = standing;
  const hasEnded = ending !== undefined && ending.endedOn <= day;
  const times = { recordedAt: first.occurredAt, describedAt: occurredAt };
  if (!hasEnded) return { activity, times };
  return { activity, times: { ...times, ending: { reason: ending.reason, endedOn: ending.endedOn } } };
}

/** A data controller as it was described on a past day; `undefined` if it was not declared yet. */
export function controllerOn(history: readonly ControllerEvent[], day: Day): ControllerData | undefined {
  const descriptions = happenedBy(history, day).reduce(
    (state, event) => controllerDecider.evolve(state, event),
    controllerDecider.initialState,
  );
  const standing = standingDescription(descriptions);
  if (standing === undefined) return undefined;
  const { occurredAt: _, ...controller } = standing;
  return controller;
}
