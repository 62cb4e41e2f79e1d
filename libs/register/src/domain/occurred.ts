import { Rejection, type Instant } from '#kernel';

/** An act cannot have happened after it was received. Rejects: `occurred-in-the-future`. */
export function refuseFuture(occurredAt: Instant, now: Instant): void {
  if (occurredAt > now) {
    throw new Rejection('occurred-in-the-future', 'occurredAt is later than the receipt', '/occurredAt');
  }
}
