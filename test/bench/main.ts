import { benchErasure } from './erasure.bench.js';
import { benchInsert } from './insert.bench.js';
import { benchMemory } from './memory.bench.js';
import { benchRebuild } from './rebuild.bench.js';
import { benchCommands, benchEmptyRoute, benchLag } from './throughput.bench.js';

/** `npm run bench -- a | a' | c | c' | d | g | m`: ratios against a raw limit, same machine, interleaved rounds; memory. */
const benches: Readonly<Record<string, () => Promise<void>>> = {
  a: benchCommands,
  "a'": benchEmptyRoute,
  c: benchRebuild,
  "c'": benchLag,
  d: benchErasure,
  g: benchInsert,
  m: benchMemory,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((id) => !(id in benches));
if (wanted.length === 0 || unknown.length > 0) {
  process.stderr.write(`Name one or more of: ${Object.keys(benches).join(' ')}\n`);
  process.exit(2);
}
for (const id of wanted) await benches[id]?.();
process.exit(0);
