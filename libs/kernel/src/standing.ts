import type { Instant } from './clock.js';

/** One answer with the instant at which it takes effect and the event that says so. */
export interface Answer {
  readonly says: 'yes' | 'no';
  readonly at: Instant;
  readonly eventId: string;
}

/** The newest yes and the newest no heard so far on one question. */
export interface Standing {
  readonly yes?: Answer;
  readonly no?: Answer;
}

/**
 * Hears one more answer. The result does not depend on the order of arrival, so that late and back-dated facts end
 * in the same state (two answers of one kind at one instant are told apart by event id).
 */
export function hear(standing: Standing, answer: Answer): Standing {
  const before = standing[answer.says];
  return before === undefined || isAfter(answer, before) ? { ...standing, [answer.says]: answer } : standing;
}

/** The answer that counts: the newer one; at equal times "no" wins; nothing heard is `undefined`, which means no. */
export function standingAnswer({ yes, no }: Standing): Answer | undefined {
  if (yes === undefined || no === undefined) return no ?? yes;
  return yes.at > no.at ? yes : no;
}

/** A "no" takes effect at the earlier of when it happened and when it was recorded. */
export function effectOfNo(occurredAt: Instant, recordedAt: Instant): Instant {
  return occurredAt < recordedAt ? occurredAt : recordedAt;
}

function isAfter(a: Answer, b: Answer): boolean {
  return a.at === b.at ? a.eventId > b.eventId : a.at > b.at;
}
