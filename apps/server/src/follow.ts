import type { INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { ErasureReactor, SuppressionListReactor } from '#rights';
import { AuditWriter, LedgerFeed, ProjectionRunner, ReactorRunner } from '#runtime';
import { projections } from './read-models.js';
import type { Stores } from './stores.js';

/** Starts what follows the log: audit copy, read models, reactors. One process at a time owns each of them. */
export function followTheLog(app: INestApplicationContext, stores: Stores, logger: Logger): LedgerFeed {
  const { store, feedPool: pool, codec, dataSource, gate } = stores;
  const log = {
    info: logger.info.bind(logger),
    warn: logger.warn.bind(logger),
    error: logger.error.bind(logger),
  };
  const feed = new LedgerFeed({ store, pool, log });
  new AuditWriter(feed, gate);
  new ProjectionRunner({ feed, codec, dataSource, projections });
  new ReactorRunner({ feed, codec, reactors: [app.get(ErasureReactor), app.get(SuppressionListReactor)] });
  feed.start();
  return feed;
}
