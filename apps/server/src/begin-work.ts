import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { RestoreGuard } from '#rights';
import { Housekeeping, type GreffeConfig, type LedgerFeed } from '#runtime';
import { ClaimReaper } from '#subjects';
import { followTheLog } from './follow.js';
import type { Stores } from './stores.js';

const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 15_000;

/** Once the ledger is open: what follows the log, the restore guard, and what is due again and again. */
export async function beginWork(
  config: GreffeConfig,
  app: INestApplicationContext,
  stores: Stores,
  logger: Logger,
  signal: AbortSignal,
): Promise<LedgerFeed | undefined> {
  await stores.gate.start();
  if (signal.aborted || stores.gate.state().state !== 'open') return undefined;
  const feed = config.roles.includes('projector') ? followTheLog(app, stores, logger) : undefined;
  app.get(Housekeeping).start();
  app.get(ClaimReaper).start();
  void passRestoreGuard(app.get(RestoreGuard), logger, signal);
  return feed;
}

async function passRestoreGuard(guard: RestoreGuard, logger: Logger, signal: AbortSignal): Promise<void> {
  let pauseMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    try {
      const { erasures, reshredded } = await guard.pass(signal);
      logger.info({ erasures, reshredded: reshredded.length }, 'erasures replayed; personal data is served');
      return;
    } catch (error) {
      logger.warn({ problem: (error as Error).name }, 'the restore guard has not passed yet');
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
    }
  }
}
