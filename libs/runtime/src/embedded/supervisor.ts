import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedLog } from './log.js';
import type { Postmaster } from './postmaster.js';

const shortestPauseMs = 100;
const longestPauseMs = 10_000;

/**
 * Starts the server again whenever it ends unasked (killed, out of memory), on the same port: pools connect again and
 * nothing acknowledged is lost. Tries for ever, ever more slowly; meanwhile the server is not ready, and says so.
 */
export function supervise(
  first: Postmaster,
  restart: () => Promise<Postmaster>,
  log: EmbeddedLog,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  let current: Postmaster | undefined = first;

  const oneTry = async (): Promise<void> => {
    try {
      current = await restart();
      log.info(`PostgreSQL runs again (process ${current.pid})`);
    } catch (error) {
      log.error(
        `PostgreSQL could not be started again: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };

  const watch = async (): Promise<void> => {
    for (let pauseMs = shortestPauseMs; !isStopping(); pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      if (current !== undefined) {
        await current.ended;
        current = undefined;
        if (isStopping()) return;
        log.error('PostgreSQL ended unasked: starting it again');
        pauseMs = shortestPauseMs;
      }
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (!isStopping()) await oneTry();
    }
  };

  const watching = watch();
  return {
    stop: async () => {
      stopping.abort();
      await current?.stop();
      await watching;
      // A start that was under way while we asked has only now become the current one.
      await current?.stop();
    },
  };
}
