import type { HealthCheck } from '#http';
import type { Stores } from './stores.js';

/** What `/readyz` asks: every store, the ledger, and whether the restore guard has passed. */
export function checksOf({ store, storeKind, keyStore, pool, gate }: Stores): readonly HealthCheck[] {
  return [
    {
      name: 'event-store',
      check: async () => ({ ...(await answers(store.ping())), detail: storeKind }),
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

async function answers(asked: Promise<unknown>): Promise<{ readonly ok: true }> {
  await asked;
  return { ok: true };
}
