import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { ConsentExpiry } from '#contacts';
import type { Eraser, RestoreGuard } from '#rights';
import type { RecurringWork } from '#runtime';
import type { KeyStore, ReconcileReport } from '#subject-keys';
import type { ClaimReaper } from '#subjects';

const HOUR_MS = 3_600_000;
const POLL_MS = 500;
/** Between two looks at what is under way: a stream is closed this long after the audit copy holds it. */
const ERASURES_EVERY_MS = 5_000;
/** Between two looks at whether a purge is due or was asked for; how often one is due is another question. */
const PURGES_EVERY_MS = 5_000;
/** Between two looks at the ends of consents; the gate judges by the stated end itself, whenever it is noted. */
const CONSENTS_EVERY_MS = 60_000;
const CLAIMS_EVERY_MS = 60_000;

/** Opens the gate of the key store at the start, and looks hourly whether an older one was put in its place. */
export function replayOfErasures(guard: RestoreGuard, logger: Logger): RecurringWork {
  let hasPassed = false;
  return {
    name: 'restore guard',
    everyMs: HOUR_MS,
    run: async (signal) => {
      const report = await guard.pass(signal);
      if (!hasPassed)
        logger.info({ erasures: report.erasures }, 'erasures replayed; personal data is served');
      hasPassed = true;
      tell(report, logger);
      return report.reshredded.length + report.claimsReleased + report.archiveReleased;
    },
  };
}

/** All of it should be nothing unless a backup was restored. */
function tell(
  { reshredded, claimsReleased, archiveReleased, missing, destroyedWithoutOrder }: ReconcileReport,
  logger: Logger,
) {
  const found = {
    reshredded: reshredded.length,
    claimsReleased,
    archiveReleased,
    missing: missing.length,
    destroyedWithoutOrder: destroyedWithoutOrder.length,
  };
  if (reshredded.length + claimsReleased + archiveReleased > 0)
    logger.warn(found, 'the key store was older than an erasure; what was erased is destroyed again');
  if (missing.length + destroyedWithoutOrder.length > 0)
    logger.error(
      found,
      'ledger and key store disagree: keys are missing, or were destroyed without an order',
    );
}

/**
 * Ends the epoch of the key-encryption keys when it is due. Never before the restore guard has passed: keys that came
 * back from a backup would be wrapped anew and outlive it.
 */
export function endOfEpochs(keyStore: Pick<KeyStore, 'gate' | 'rotation'>, logger: Logger): RecurringWork {
  return {
    name: 'key-encryption epoch',
    everyMs: HOUR_MS,
    run: async (signal) => {
      while (!keyStore.gate.isOpen && !signal.aborted)
        await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return 0;
      const report = await keyStore.rotation.rotateIfDue();
      if (report === undefined) return 0;
      const { rewrapped, destroyed, kept } = report;
      const done = { rewrapped, destroyed: destroyed.map(({ kekId }) => kekId), kept: kept.length };
      if (kept.length === 0) logger.info(done, 'a new epoch of the key-encryption keys has begun');
      else logger.error(done, 'a key-encryption key had to stay: keys under it could not be wrapped again');
      return rewrapped;
    },
  };
}

/** Takes up every erasure that is past its point of no return and not at its end. */
export function erasuresUnderWay(eraser: Pick<Eraser, 'advanceAll'>): RecurringWork {
  return {
    name: 'erasures under way',
    everyMs: ERASURES_EVERY_MS,
    run: (signal) => eraser.advanceAll(signal),
  };
}

/** Purges the event store when streams wait for it or somebody asks, and searches it for what must be gone. */
export function purgesDue(eraser: Pick<Eraser, 'purge'>): RecurringWork {
  return {
    name: 'purge of the event store',
    everyMs: PURGES_EVERY_MS,
    run: (signal) => eraser.purge(signal),
  };
}

/** Orders the erasure of what an earlier one retained, when the ground to keep it ends. */
export function endOfRetention(eraser: Pick<Eraser, 'endRetention'>): RecurringWork {
  return { name: 'end of retention', everyMs: HOUR_MS, run: (signal) => eraser.endRetention(signal) };
}

/** Notes the end of consents whose stated end has come; how many is told, whose is not. */
export function endOfConsents(expiry: Pick<ConsentExpiry, 'expireDue'>, logger: Logger): RecurringWork {
  return {
    name: 'end of consents',
    everyMs: CONSENTS_EVERY_MS,
    run: async (signal) => {
      const expired = await expiry.expireDue(signal);
      if (expired > 0) logger.info({ expired }, 'consents have come to their stated end');
      return expired;
    },
  };
}

/** Concludes claims on addresses that a dead process left pending. */
export function claimsLeftPending(reaper: Pick<ClaimReaper, 'run'>): RecurringWork {
  return { name: 'pending claims', everyMs: CLAIMS_EVERY_MS, run: () => reaper.run() };
}
