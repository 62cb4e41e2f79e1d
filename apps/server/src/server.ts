import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import {
  closeHttpApp,
  createHttpApp,
  createLogger,
  judgeInstantsBy,
  listRoutes,
  type ListedRoute,
} from '#http';
import type { Clock } from '#kernel';
import { CLOCK, CommandLog, PROGRAM, startEmbeddedPostgres, type GreffeConfig } from '#runtime';
import { StaffEnrolment } from '#subjects';
import { AppModule } from './app.module.js';
import { beginWork } from './begin-work.js';
import { checksOf, warningsOf } from './health-checks.js';
import { openStores, type Stores } from './stores.js';

/** A running server. */
export interface GreffeServer {
  /** Where it answers. */
  readonly url: string;
  /** Every route with who may call it. */
  readonly routes: readonly ListedRoute[];
  /** Finishes what is under way and ends every connection. */
  stop(): Promise<void>;
}

/** Starts a server as configured. It answers at once, degraded while a database is away, and recovers by itself. */
export async function startServer(
  config: GreffeConfig,
  logger: Logger = createLogger(config.logLevel),
): Promise<GreffeServer> {
  config.warnings.forEach((warning) => logger.warn(warning));
  const log = {
    info: (line: string) => logger.info(line),
    warn: (line: string) => logger.warn(line),
    error: (line: string) => logger.error(line),
  };
  const embedded = config.embedded
    ? await startEmbeddedPostgres({ home: config.home, log, roles: config.roles })
    : undefined;
  const urls = config.embedded ? embedded : config.databases;
  if (urls === undefined) throw new Error('No database');
  const { eventStoreUrl, readDatabaseUrl, kekFolder, projectionShards } = config;
  const erasure = config.roles.includes('eraser') ? config.erasure : undefined;
  const stores = await openStores(
    {
      ...{ urls, eventStoreUrl, readDatabaseUrl, kekFolder, projectionShards, erasure },
      roles: config.roles,
    },
    logger,
  );
  const app = await httpApp(config, stores, logger);
  judgeInstantsBy(app.get<Clock>(CLOCK));
  const working = new AbortController();
  const work = beginWork(config, app, stores, logger, working.signal);
  await app.listen({ host: config.http.host, port: config.http.port });
  const stop = async (): Promise<void> => {
    working.abort();
    await stores.gate.stop();
    await closeHttpApp(app);
    await (await work)?.stop();
    await stores.close();
    await embedded?.stop();
  };
  return { url: await app.getUrl(), routes: listRoutes(app), stop };
}

async function httpApp(
  config: GreffeConfig,
  stores: Stores,
  logger: Logger,
): Promise<NestFastifyApplication> {
  const { store, keyStore, codec, gate, pool, dataSource, readSide, eraser } = stores;
  const { host, port } = config.http;
  const areEventsInLedger = config.eventStoreUrl === undefined;
  const identity =
    config.identity.kind === 'development'
      ? ({ kind: 'development', keyFolder: join(config.home, 'issuer') } as const)
      : config.identity;
  return createHttpApp(
    AppModule.over({
      ...{ store, areEventsInLedger, keyStore, codec, ledger: gate, pool, dataSource, readSide, eraser },
    }),
    {
      identity,
      host,
      publicUrl: config.http.publicUrl ?? `http://${host}:${String(port)}`,
      version: PROGRAM.split('/')[1] ?? PROGRAM,
      logger,
      ports: (get) => ({
        commandLog: get(CommandLog),
        actors: get(StaffEnrolment),
        serviceKeys: keyStore.serviceKeys,
        checks: checksOf(stores),
        warnings: () => warningsOf(stores),
      }),
    },
  );
}
