import { Inject, Injectable } from '@nestjs/common';
import { KEY_STORE, LedgerReader } from '#runtime';
import type { KeyStore } from '#subject-keys';
import { subjectStream, type SubjectEvent } from '../contract.js';
import { contactPointsOf } from '../domain/contact-points.js';

/** A claim older than this belongs to a command that has ended or died; longer than any lease. */
const STALE_MS = 120_000;

/**
 * Concludes claims that a dead process left pending: where the fact stands the person is found from now on, where it
 * does not the claim goes, so that an external id is not blocked by a registration that never happened.
 */
@Injectable()
export class ClaimReaper {
  constructor(
    private readonly reader: LedgerReader,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
  ) {}

  /** Concludes what has waited too long; answers how many claims there were. */
  async run(olderThanMs = STALE_MS): Promise<number> {
    const pending = await this.keyStore.claims.stalePending(olderThanMs);
    for (const { subjectId, contactPointId, commandId } of pending) {
      const history = (await this.reader.history(subjectStream(subjectId))) as readonly unknown[];
      const points = contactPointsOf(history as readonly SubjectEvent[]);
      if (points.some((point) => point.contactPointId === contactPointId)) {
        await this.keyStore.claims.confirm(commandId);
      } else {
        await this.keyStore.claims.drop(commandId);
      }
    }
    return pending.length;
  }
}
