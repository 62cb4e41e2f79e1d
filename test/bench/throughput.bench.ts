import pg from 'pg';
import { benchDatabases, startContestant, type BenchProcess } from './bench-server.js';
import { storeName } from './bench-store.js';
import { gets, withdrawals } from './load.js';
import { interleaved, line, percentile, report, summary } from './rounds.js';

const ROUNDS = 7;
const IN_FLIGHT = 16;
const COMMANDS = 1500;
const EMPTY_REQUESTS = 6000;

/** a: commands over HTTP, by a process of role `api`, against a bare Fastify with the same token check, command-log write and append. */
export async function benchCommands(): Promise<void> {
  const databases = await benchDatabases();
  const api = await startContestant('api', databases);
  const raw = await startContestant('raw', databases);
  const p99: Record<string, number[]> = { api: [], raw: [] };
  const run = (name: 'api' | 'raw', target: BenchProcess) => async (): Promise<number> => {
    const { perSecond, p99Ms } = await withdrawals(target, COMMANDS, IN_FLIGHT);
    p99[name]?.push(p99Ms);
    return perSecond;
  };
  const results = await interleaved(ROUNDS, { api: run('api', api), raw: run('raw', raw) });
  const [ours, theirs] = [summary(results.api), summary(results.raw)];
  const [ourTail, theirTail] = [summary(p99['api'] ?? []), summary(p99['raw'] ?? [])];
  report(
    `a · commands over HTTP, role api, ${String(IN_FLIGHT)} in flight, events in ${storeName}`,
    [
      line('Greffe', ours, 'commands/s'),
      line('raw limit', theirs, 'commands/s'),
      line('Greffe p99', ourTail, 'ms'),
      line('raw p99', theirTail, 'ms'),
    ],
    `Ratio ${(ours.median / theirs.median).toFixed(2)} (goal ≥ 0.70), p99 ${(ourTail.median / theirTail.median).toFixed(2)}× (goal ≤ 2×).`,
  );
  await Promise.all([api.stop(), raw.stop()]);
  await databases.stop();
}

/** a': the HTTP shell on an empty route against a bare node:http. */
export async function benchEmptyRoute(): Promise<void> {
  const databases = await benchDatabases();
  const greffe = await startContestant('greffe', databases);
  const bare = await startContestant('bare', databases);
  const results = await interleaved(ROUNDS, {
    greffe: async () => (await gets(greffe, '/livez', EMPTY_REQUESTS, IN_FLIGHT)).perSecond,
    bare: async () => (await gets(bare, '/', EMPTY_REQUESTS, IN_FLIGHT)).perSecond,
  });
  const [ours, theirs] = [summary(results.greffe), summary(results.bare)];
  report(
    "a' · the HTTP shell on an empty route",
    [line('Greffe', ours, 'requests/s'), line('node:http', theirs, 'requests/s')],
    `Ratio ${(ours.median / theirs.median).toFixed(2)} (goal ≥ 0.45).`,
  );
  await Promise.all([greffe.stop(), bare.stop()]);
  await databases.stop();
}

/** c': how long after a command's answer its read model holds it, at full speed. */
export async function benchLag(): Promise<void> {
  const databases = await benchDatabases();
  const greffe = await startContestant('greffe', databases);
  const pool = new pg.Pool({ connectionString: databases.urls.databaseUrl, max: 1 });
  const tails: number[] = [];
  const middles: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const seen: { position: string; at: number }[] = [];
    let isOver = false;
    const watching = (async () => {
      while (!isOver) {
        const { rows } = await pool.query<{ position: string }>(
          `SELECT position FROM ops.checkpoint WHERE projection = 'contact-state' AND build = 'live'`,
        );
        seen.push({ position: rows[0]?.position ?? '', at: performance.now() });
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
    })();
    const { acks } = await withdrawals(greffe, COMMANDS, IN_FLIGHT);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    isOver = true;
    await watching;
    const lags = acks.map(({ token, at }) => {
      const position = token.split('~')[1] ?? '';
      const reached = seen.find((look) => look.position >= position);
      return Math.max((reached?.at ?? Infinity) - at, 0);
    });
    if (round > 0) {
      tails.push(percentile(lags, 0.99));
      middles.push(percentile(lags, 0.5));
    }
  }
  report(
    `c' · lag of the contact state at full speed, events in ${storeName}`,
    [line('p50', summary(middles), 'ms'), line('p99', summary(tails), 'ms')],
    `p99 ${summary(tails).median.toFixed(0)} ms (goal ≤ 250 ms).`,
  );
  await pool.end();
  await greffe.stop();
  await databases.stop();
}
