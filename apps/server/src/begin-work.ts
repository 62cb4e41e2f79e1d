import type { INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { ConsentExpiry } from '#contacts';
import { WorkMetrics } from '#http';
import { Eraser, RestoreGuard } from '#rights';
import {
  connectionBudget,
  Housekeeping,
  presenceOf,
  randomIds,
  Recurring,
  type GreffeConfig,
  type RecurringWork,
} from '#runtime';
import { ClaimReaper } from '#subjects';
import { followTheLog } from './follow.js';
import {
  claimsLeftPending,
  endOfConsents,
  endOfEpochs,
  endOfRetention,
  erasuresUnderWay,
  purgesDue,
  replayOfErasures,
} from './recurring-work.js';
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
  const { roles } = config;
  const follows = roles.includes('projector') || roles.includes('eraser');
  const feed = follows ? followTheLog(app, stores, logger, roles) : undefined;
  const works = [
    presenceOf(stores.pool, { process: randomIds.uuid(), roles, budget: connectionBudget(config) }),
    replayOfErasures(app.get(RestoreGuard), logger),
    ...app.get(Housekeeping).works(),
    claimsLeftPending(app.get(ClaimReaper)),
  ];
  if (roles.includes('projector')) works.push(endOfConsents(app.get(ConsentExpiry), logger));
  if (roles.includes('eraser')) works.push(...eraserWork(app, stores, logger));
  const meter = app.get(WorkMetrics);
  const recurring = works.map((work) => new Recurring(work, { log: logger, meter }));
  for (const work of recurring) work.start();
  const stop = async (): Promise<void> => {
    await Promise.all(recurring.map((work) => work.stop()));
    await feed?.stop();
  };
  return { stop };
}

/**
 * What ends keys and data for good. The restore guard is not among it: every process must know, before it opens anything
 * of anybody, that the erasures of the ledger were carried out in the key store that it found, and do it if they were not.
 */
function eraserWork(app: INestApplicationContext, stores: Stores, logger: Logger): readonly RecurringWork[] {
  const eraser = app.get(Eraser);
  return [
    endOfEpochs(stores.keyStore, logger),
    erasuresUnderWay(eraser),
    purgesDue(eraser),
    endOfRetention(eraser),
  ];
}
