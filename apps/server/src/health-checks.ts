import { setTimeout as pause } from 'node:timers/promises';
import type { HealthCheck, HealthState, HealthWarning } from '#http';
import { defined } from '#kernel';
import {
  isTooManyConnections,
  missingRoles,
  standsStill,
  TOO_MANY_CONNECTIONS,
  type StoreWatch,
} from '#runtime';
import type { Stores } from './stores.js';

/** Less than `/readyz` waits for a check: a store that is silent is reported with what is known about it. */
const PATIENCE_MS = 1500;

/** What `/readyz` asks: every store, the ledger, and whether the restore guard has passed. */
export function checksOf({ store, storeWatch, keyStore, pool, gate }: Stores): readonly HealthCheck[] {
  return [
    {
      name: 'event-store',
      check: storeWatch
        ? () => eventStoreDb(storeWatch)
        : async () => ({ detail: 'postgresql', ...(await answers(store.ping())) }),
    },
    { name: 'database', check: () => answers(pool.query('SELECT 1')) },
    { name: 'key-store', check: () => answers(keyStore.ping()) },
    {
      name: 'ledger',
      check: () => {
        const state = gate.state();
        if (state.state === 'open') return Promise.resolve({ ok: true });
        const detail = state.state === 'refused' ? `refused: ${state.problem}` : state.state;
        return Promise.resolve({ ok: false, detail });
      },
    },
    {
      name: 'erasures-replayed',
      check: () =>
        Promise.resolve(keyStore.gate.isOpen ? { ok: true } : { ok: false, detail: 'restore guard at work' }),
    },
  ];
}

/** A role that no process has: nothing fails, and something stands still. Not asked before the ledger is open. */
export async function warningsOf({
  pool,
  gate,
}: Pick<Stores, 'pool' | 'gate'>): Promise<readonly HealthWarning[]> {
  if (gate.state().state !== 'open') return [];
  const missing = await missingRoles(pool);
  return missing.map(({ role, since }) =>
    defined({ code: 'role-missing' as const, role, since, standsStill: standsStill[role][0] }),
  );
}

/** `eventstoredb`, and what is wrong with it by its stable code, where that was found out. */
async function eventStoreDb(watch: StoreWatch): Promise<HealthState> {
  const isAnswering = await Promise.race([watch.ping(), pause(PATIENCE_MS, false)]);
  const { cause } = watch;
  if (cause !== undefined) return { ok: false, detail: `eventstoredb: ${cause}` };
  return isAnswering ? { ok: true, detail: 'eventstoredb' } : { ok: false, detail: 'eventstoredb: failed' };
}

/** Rejects where the database is away, and says what to do where it has no connection left for us. */
async function answers(asked: Promise<unknown>): Promise<HealthState> {
  try {
    await asked;
    return { ok: true };
  } catch (error) {
    if (isTooManyConnections(error)) return { ok: false, detail: TOO_MANY_CONNECTIONS };
    throw error;
  }
}
