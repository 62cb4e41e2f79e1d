import { kindReachedBy, type Channel } from '#kernel';
import type { ContactPoint } from './facts.js';
import type { Question } from './question.js';

/** The addresses or numbers that the question is about: the one it names, or all of the person's on that channel. */
export function reachablePoints(
  contactPoints: readonly ContactPoint[],
  { channel, contactPointId }: Pick<Question, 'channel' | 'contactPointId'>,
): readonly ContactPoint[] {
  const kind = kindReachedBy(channel);
  return contactPoints.filter(
    (point) =>
      point.state === 'active' &&
      point.kind === kind &&
      (contactPointId === undefined || point.contactPointId === contactPointId),
  );
}

/** Whether a channel does without an address that the ledger knows. */
export function needsNoAddress(channel: Channel): boolean {
  return kindReachedBy(channel) === undefined;
}
