import { randomUUID } from 'node:crypto';
import { call, settled, tokenOf } from './api.js';
import { benchDatabases, startContestant } from './bench-server.js';
import { openBenchStore, storeName } from './bench-store.js';
import { appendWithdrawals } from './history.js';
import { interleaved, line, report, summary } from './rounds.js';

const ROUNDS = 7;
const SHORT = 10;
const LONG = 10_000;
/** An erasure that takes longer does not go on, in milliseconds. */
const NEVER_MS = 60_000;

/** d: from the order to `unreadable`, with a long history of events and with a short one. */
export async function benchErasure(): Promise<void> {
  const databases = await benchDatabases();
  const greffe = await startContestant('erasing', databases);
  const store = await openBenchStore(databases);
  const dpo = { url: greffe.url, token: await tokenOf(greffe.url, 'dpo') };
  const run = (events: number) => async (): Promise<number> => {
    const subjectId = await register(greffe);
    await appendWithdrawals(store, subjectId, events);
    await settled(greffe.url, dpo.token);
    return erase(dpo, subjectId);
  };
  const results = await interleaved(ROUNDS, { long: run(LONG), short: run(SHORT) });
  const [long, short] = [summary(results.long), summary(results.short)];
  report(
    `d · from the order to unreadable, events in ${storeName}`,
    [line(`${String(LONG)} events`, long, 'ms'), line(`${String(SHORT)} events`, short, 'ms')],
    `Ratio ${(long.median / short.median).toFixed(2)} (goal ≤ 1.20).`,
  );
  await store.shutdown();
  await greffe.stop();
  await databases.stop();
}

async function register(target: { readonly url: string; readonly token: string }): Promise<string> {
  const answer = await call(target, 'POST', '/v1/subjects', {
    contactPoints: [{ kind: 'email', value: `${randomUUID()}@courrier.example` }],
    audience: 'consumer',
    source: { kind: 'shop' },
  });
  return String(answer['subjectId']);
}

async function erase(
  dpo: { readonly url: string; readonly token: string },
  subjectId: string,
): Promise<number> {
  const begun = performance.now();
  const order = await call(dpo, 'POST', `/v1/subjects/${subjectId}/erasures`, {
    ground: 'objection',
    identityCheck: { method: 'authenticated-session', at: '2026-01-01T00:00:00.000Z' },
  });
  for (;;) {
    const { state } = await call(
      dpo,
      'GET',
      `/v1/subjects/${subjectId}/erasures/${String(order['erasureId'])}`,
    );
    const took = performance.now() - begun;
    if (state === 'unreadable') return took;
    if (took > NEVER_MS) throw new Error(`The erasure stands still: ${String(state)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
