import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { KEY_STORE, LedgerReader } from '#runtime';
import type { KeyStore } from '#subject-keys';
import { subjectStream, type SubjectEvent } from '../contract.js';
import { contactPointsOf } from '../domain/contact-points.js';

/** A claim older than this belongs to a command that has ended or died; longer than any lease. */
const STALE_MS = 120_000;
const EVERY_MS = 60_000;

/**
 * Concludes claims that a dead process left pending: where the fact stands the person is found from now on, where it
 * does not the claim goes, so that an external id is not blocked by a registration that never happened.
 */
@Injectable()
export class ClaimReaper implements OnApplicationShutdown {
  private readonly logger = new Logger(ClaimReaper.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly reader: LedgerReader,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
  ) {}

  /** Begins; call it once the ledger is open. */
  start(): void {
    this.timer ??= setInterval(() => void this.attempt(), EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

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

  private async attempt(): Promise<void> {
    try {
      await this.run();
    } catch (error) {
      this.logger.warn(`pending claims: ${error instanceof Error ? error.name : 'failed'}`);
    }
  }
}
