import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { closeHttpApp, createHttpApp, createLogger, type HealthCheck } from '#http';
import { RestoreGuard } from '#rights';
import {
  CommandLog,
  Housekeeping,
  PROGRAM,
  startEmbeddedPostgres,
  type GreffeConfig,
  type LedgerFeed,
} from '#runtime';
import { ClaimReaper, StaffEnrolment } from '#subjects';
import { AppModule } from './app.module.js';
import { followTheLog } from './follow.js';
import { openStores, type Stores } from './stores.js';

const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 15_000;

/** A running server. */
export interface GreffeServer {
  /** Where it answers. */
  readonly url: string;
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
  const stores = openStores(urls, config.kekFolder, logger, []);
  const app = await httpApp(config, stores, logger);
  const working = new AbortController();
  const feed = begin(config, app, stores, logger, working.signal);
  await app.listen({ host: config.http.host, port: config.http.port });
  const stop = async (): Promise<void> => {
    working.abort();
    await stores.gate.stop();
    await closeHttpApp(app);
    await (await feed)?.stop();
    await stores.close();
    await embedded?.stop();
  };
  return { url: await app.getUrl(), stop };
}

async function httpApp(
  config: GreffeConfig,
  stores: Stores,
  logger: Logger,
): Promise<NestFastifyApplication> {
  const { store, keyStore, codec, gate, pool, dataSource } = stores;
  const { host, port } = config.http;
  const identity =
    config.identity.kind === 'development'
      ? ({ kind: 'development', keyFolder: join(config.home, 'issuer') } as const)
      : config.identity;
  return createHttpApp(AppModule.over({ store, keyStore, codec, ledger: gate, pool, dataSource }), {
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
    }),
  });
}

/** Once the ledger is open: what follows the log, the restore guard, and what is due again and again. */
async function begin(
  config: GreffeConfig,
  app: NestFastifyApplication,
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

function checksOf({ store, keyStore, pool, gate }: Stores): readonly HealthCheck[] {
  return [
    { name: 'event-store', check: () => answers(store.ping()) },
    { name: 'database', check: () => answers(pool.query('SELECT 1')) },
    { name: 'key-store', check: () => answers(keyStore.ping()) },
    {
      name: 'ledger',
      check: () => {
        const state = gate.state();
        const isOpen = state.state === 'open';
        return Promise.resolve(isOpen ? { ok: true } : { ok: false, detail: state.state });
      },
    },
    {
      name: 'erasures-replayed',
      check: () =>
        Promise.resolve(keyStore.gate.isOpen ? { ok: true } : { ok: false, detail: 'restore guard at work' }),
    },
  ];
}

async function answers(asked: Promise<unknown>): Promise<{ readonly ok: true }> {
  await asked;
  return { ok: true };
}
