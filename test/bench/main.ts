import { benchErasure } from './erasure.bench.js';
import { benchGate } from './gate.bench.js';
import { benchInsert } from './insert.bench.js';
import { benchMemory } from './memory.bench.js';
import { benchBatch, benchCheck, benchPast } from './permission.bench.js';
import { endPopulation } from './population.js';
import { benchRebuild } from './rebuild.bench.js';
import { benchAdapter, benchGroupCommit } from './store.bench.js';
import { benchScrub } from './scrub.bench.js';
import { benchScale } from './scale.bench.js';
import { benchCommands, benchEmptyRoute, benchLag } from './throughput.bench.js';

/**
 * `npm run bench -- <id> …`: ratios against a raw limit, same machine, interleaved rounds; memory. With EVENTSTORE_URL the
 * events are in that EventStoreDB, which should be empty.
 */
const benches: Readonly<Record<string, () => Promise<void>>> = {
  a: benchCommands,
  "a'": benchEmptyRoute,
  b: benchCheck,
  "b'": benchBatch,
  c: benchRebuild,
  "c'": benchLag,
  d: benchErasure,
  g: benchInsert,
  gate: benchGate,
  h: benchScale,
  i: benchPast,
  m: benchMemory,
  p: benchGroupCommit,
  s: benchAdapter,
  scrub: benchScrub,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((id) => !(id in benches));
if (wanted.length === 0 || unknown.length > 0) {
  process.stderr.write(`Name one or more of: ${Object.keys(benches).join(' ')}\n`);
  process.exit(2);
}
for (const id of wanted) await benches[id]?.();
await endPopulation();
process.exit(0);
