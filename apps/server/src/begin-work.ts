import type { INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { RestoreGuard } from '#rights';
import { Housekeeping, Recurring, type GreffeConfig } from '#runtime';
import { ClaimReaper } from '#subjects';
import { followTheLog } from './follow.js';
import { endOfEpochs, replayOfErasures } from './recurring-work.js';
import type { Stores } from './stores.js';

/** What runs beside the answers to requests. */
export interface Work {
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}

/** Once the ledger is open: what follows the log, the restore guard, and what is due again and again. */
export async function beginWork(
  config: GreffeConfig,
  app: INestApplicationContext,
  stores: Stores,
  logger: Logger,
  signal: AbortSignal,
): Promise<Work | undefined> {
  await stores.gate.start();
  if (signal.aborted || stores.gate.state().state !== 'open') return undefined;
  const feed = config.roles.includes('projector') ? followTheLog(app, stores, logger) : undefined;
  app.get(Housekeeping).start();
  app.get(ClaimReaper).start();
  const recurring = [
    replayOfErasures(app.get(RestoreGuard), logger),
    endOfEpochs(stores.keyStore, logger),
  ].map((work) => new Recurring(work, { log: logger }));
  for (const work of recurring) work.start();
  const stop = async (): Promise<void> => {
    await Promise.all(recurring.map((work) => work.stop()));
    await feed?.stop();
  };
  return { stop };
}
