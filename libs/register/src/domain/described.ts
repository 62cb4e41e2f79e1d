import { canonicalJson, type Instant } from '#kernel';

/** Whatever is described whole, again and again, each description standing from the instant it happened. */
export interface Description {
  readonly occurredAt: Instant;
}

/** Descriptions in the order in which they happened; of two at one instant the one recorded later comes last. */
export type Descriptions<D extends Description> = readonly D[];

/** The descriptions with one more, wherever in time it belongs: late knowledge does not undo newer knowledge. */
export function describedAnew<D extends Description>(
  descriptions: Descriptions<D>,
  next: D,
): Descriptions<D> {
  const after = descriptions.findIndex(({ occurredAt }) => occurredAt > next.occurredAt);
  return after === -1 ? [...descriptions, next] : descriptions.toSpliced(after, 0, next);
}

/** The description that stands at an instant, or now if none is named; `undefined` if there was none yet. */
export function standingDescription<D extends Description>(
  descriptions: Descriptions<D>,
  at?: Instant,
): D | undefined {
  return descriptions.findLast(({ occurredAt }) => at === undefined || occurredAt <= at);
}

/** Whether a description says what already stood at its instant: then there is nothing to record. */
export function saysNothingNew<D extends Description>(descriptions: Descriptions<D>, next: D): boolean {
  const standing = standingDescription(descriptions, next.occurredAt);
  return standing !== undefined && contentOf(standing) === contentOf(next);
}

function contentOf({ occurredAt: _, ...content }: Description): string {
  return canonicalJson(content);
}
