import type { INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { ErasureReactor, SuppressionListReactor } from '#rights';
import { AuditWriter, LedgerFeed, ProjectionRunner, ReactorRunner, type Reactor, type Role } from '#runtime';
import { projections } from './read-models.js';
import type { Stores } from './stores.js';

/**
 * Starts what follows the log: audit copy and read models in the role projector, with the reactor that keeps the list of
 * suppressions; what destroys keys in the role eraser. One process at a time owns each of them.
 */
export function followTheLog(
  app: INestApplicationContext,
  stores: Stores,
  logger: Logger,
  roles: readonly Role[],
): LedgerFeed {
  const { store, feedPool: pool, codec, dataSource, gate } = stores;
  const log = {
    info: logger.info.bind(logger),
    warn: logger.warn.bind(logger),
    error: logger.error.bind(logger),
  };
  const feed = new LedgerFeed({ store, pool, log });
  const reactors: Reactor[] = [];
  if (roles.includes('projector')) {
    new AuditWriter(feed, gate);
    new ProjectionRunner({ feed, codec, dataSource, projections, shards: stores.projectionShards });
    reactors.push(app.get(SuppressionListReactor));
  }
  if (roles.includes('eraser')) reactors.push(app.get(ErasureReactor));
  new ReactorRunner({ feed, codec, reactors });
  feed.start();
  return feed;
}
