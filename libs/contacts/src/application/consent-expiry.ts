import { Injectable } from '@nestjs/common';
import { ExpiringConsents } from '#consent';
import type { Instant } from '#kernel';
import { before, DueConsentsQuery, type DuePlace } from '../read-model/due-consents.query.js';

/** Consents that one statement reads. */
const BATCH = 500;
/** A look takes up what ended since the look before, and a little of what it had seen. */
const OVERLAP_MS = 600_000;
/** After so long a look begins anew, for what was told late of an end long past. */
const WHOLE_EVERY_MS = 3_600_000;

/**
 * The end of consents by the ledger's own clock: every consent whose stated end has come, and which nothing ended before,
 * gets its `ConsentExpired`. It decides nothing about contacts (the gate judges by the stated end itself): it is what
 * readers, the change feed and recipients learn the end by. Several processes may look at the same time.
 */
@Injectable()
export class ConsentExpiry {
  private seen: { readonly upTo: Instant; readonly whole: Instant } | undefined;

  constructor(
    private readonly query: DueConsentsQuery,
    private readonly consents: ExpiringConsents,
  ) {}

  /**
   * Ends what is due; answers how many that were. One that fails does not keep the others waiting: the first failure is
   * thrown at the end, and the next look begins where this one began.
   */
  async expireDue(signal: AbortSignal): Promise<number> {
    const { now: begun } = await this.query.after(undefined, 1);
    const { seen } = this;
    const isWhole = seen === undefined || laterBy(seen.whole, WHOLE_EVERY_MS) <= begun;
    const found = await this.from(isWhole ? undefined : before(laterBy(seen.upTo, -OVERLAP_MS)), signal);
    if (found.failures.length > 0) throw found.failures[0];
    this.seen = { upTo: begun, whole: isWhole ? begun : seen.whole };
    return found.expired;
  }

  private async from(begin: DuePlace | undefined, signal: AbortSignal) {
    const failures: unknown[] = [];
    let expired = 0;
    for (let place = begin, isLast = false; !isLast;) {
      const { now, due } = await this.query.after(place, BATCH);
      for (const { subjectId, consentId } of due) {
        signal.throwIfAborted();
        const isNew = await this.consents.expire(subjectId, consentId, now).catch((error: unknown) => {
          failures.push(error);
          return false;
        });
        if (isNew) expired += 1;
      }
      place = due.at(-1);
      isLast = due.length < BATCH;
    }
    return { expired, failures };
  }
}

function laterBy(instant: Instant, ms: number): Instant {
  return new Date(Date.parse(instant) + ms).toISOString();
}
