import type pg from 'pg';
import { hashOf } from '#runtime';
import { expectStatus, type Client } from './client.harness.js';
import { PostgresStore, type StoryStore } from './event-store.harness.js';
import { eventually } from './server.harness.js';

interface Projection {
  readonly name: string;
  readonly done: number;
  readonly total: number;
  readonly parked: number;
  readonly rebuild?: { readonly phase: string; readonly problem?: string };
}

/** Names of everything that can be rebuilt: read models, not reactors. */
export async function readModelNames(dpo: Client): Promise<string[]> {
  const names = (await statusOf(dpo)).map(({ name }) => name);
  return names.filter((name) => !name.startsWith('reactor.'));
}

/** Waits until every reader of the log has passed all of it; nobody may be writing. */
export async function untilCaughtUp(
  dpo: Client,
  ledger: pg.Pool,
  store: Pick<StoryStore, 'count'> = new PostgresStore(ledger),
): Promise<void> {
  await eventually(
    async () => {
      const audited = await ledger.query<{ count: number }>('SELECT count(*)::int FROM audit.entry');
      return {
        events: await store.count(),
        audited: audited.rows[0]?.count,
        readers: (await statusOf(dpo)).map(({ name, done, total, parked }) => ({
          name,
          done,
          total,
          parked,
        })),
      };
    },
    ({ events, audited, readers }) =>
      audited === events && readers.length > 0 && readers.every(({ done }) => done === events),
  );
}

/** What the live tables of each read model hold, as one hash for each. */
export async function readModelHashes(
  names: readonly string[],
  ledger: pg.Pool,
): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (const name of names) {
    const { tables, hash } = await hashOf(ledger, `rm_${name.replaceAll('-', '_')}`);
    if (tables.size === 0) throw new Error(`Read model ${name} has no tables`);
    hashes.set(name, hash);
  }
  return hashes;
}

/** Asks for a rebuild of a read model and waits for the switch; fails with the reason if it was given up. */
export async function rebuild(dpo: Client, name: string): Promise<void> {
  expectStatus(await dpo.post(`/v1/projections/${name}/rebuild`, undefined), 202);
  const phase = await eventually(
    async () => (await statusOf(dpo)).find((one) => one.name === name)?.rebuild,
    (state) => state?.phase === 'done' || state?.phase === 'failed',
  );
  if (phase?.phase !== 'done') throw new Error(`The rebuild of ${name} failed: ${String(phase?.problem)}`);
}

async function statusOf(dpo: Client): Promise<readonly Projection[]> {
  return expectStatus(await dpo.get('/v1/projections'), 200).body.items;
}
