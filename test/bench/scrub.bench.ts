import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import pg from 'pg';
import { PostgresEventStore } from '#event-store';
import { call, settled, tokenOf } from './api.js';
import { benchDatabases, launch, type Launched } from './bench-server.js';
import { appendPeople } from './history.js';
import { line, report, summary } from './rounds.js';

const PEOPLE = Number(process.env['GREFFE_BENCH_PEOPLE'] ?? 20_000);
const ROWS = Number(process.env['GREFFE_BENCH_ROWS'] ?? 100_000);
const ROUNDS = 3;
const APPENDS_IN_FLIGHT = 64;
const SAMPLE_MS = 250;
const MB = 1024;

interface Scrubbed {
  readonly perSecond: number;
  /** Resident memory of the server in MB while it answered. */
  readonly memory: readonly number[];
}

/** scrub: rows a second of a campaign file about people with a history each, and the server's memory meanwhile. */
export async function benchScrub(): Promise<void> {
  const databases = await benchDatabases();
  const { databaseUrl } = databases.urls;
  const server = launch('greffe', databases);
  const { url } = await server.ready;
  const store = new PostgresEventStore({ connectionString: databaseUrl });
  await appendPeople(store, PEOPLE, APPENDS_IN_FLIGHT);
  await store.shutdown();
  const people = await peopleIn(databaseUrl);
  const dpo = { url, token: await tokenOf(url, 'dpo') };
  await settled(url, dpo.token);
  const path = `/v1/permissions/scrub?channel=email&purposeId=${await newsletter(dpo)}`;
  const rounds: Scrubbed[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push(await scrubbed(server, new URL(path, url), dpo.token, people));
  }
  const samples = rounds.flatMap(({ memory }) => memory);
  const third = Math.ceil(samples.length / 3);
  report(
    `scrub · a campaign file of ${String(ROWS)} rows, ${String(ROUNDS)} times`,
    [
      line('rows', summary(rounds.map(({ perSecond }) => perSecond)), 'a second'),
      line('resident memory, first third', summary(samples.slice(0, third)), 'MB'),
      line('resident memory, last third', summary(samples.slice(-third)), 'MB'),
    ],
    'Goal: ≥ 5,000 rows a second at constant memory; client, server and PostgreSQL on the same machine.',
  );
  await server.stop();
  await databases.stop();
}

async function peopleIn(connectionString: string): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const { rows } = await client.query<{ id: string }>(
    `SELECT substr(stream, 9) AS id FROM es.event_index WHERE stream LIKE 'subject-%' AND revision = 0`,
  );
  await client.end();
  return rows.map(({ id }) => id);
}

async function newsletter(dpo: { readonly url: string; readonly token: string }): Promise<string> {
  const controller = { legalName: 'Boutique d’essai SAS', siren: '732829320', country: 'FR' };
  const { controllerId } = await call(dpo, 'POST', '/v1/controllers', controller);
  const variant = { variantId: 'all', audiences: ['consumer'], relations: ['none'] };
  const { purposeId } = await call(dpo, 'POST', '/v1/purposes', {
    ...{ code: 'lettre', controllerId, kind: 'prospecting', channels: ['email'], dataNeeded: ['email'] },
    ...{ name: { fr: 'Lettre' }, description: { fr: 'Écrire aux personnes qui l’ont accepté.' } },
    variants: [{ ...variant, lawfulBasis: 'consent', basisSource: 'RGPD art. 6(1)' }],
  });
  return String(purposeId);
}

/** One file, sent as fast as it is taken, its answer read as it comes. */
async function scrubbed(
  { pid }: Launched,
  url: URL,
  token: string,
  people: readonly string[],
): Promise<Scrubbed> {
  const memory: number[] = [await residentOf(pid)];
  const timer = setInterval(() => void residentOf(pid).then((one) => memory.push(one)), SAMPLE_MS);
  const begun = performance.now();
  const lines = await new Promise<number>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/csv' };
    const sending = request(url, { method: 'POST', headers }, (response) => {
      let count = 0;
      response.on('data', (chunk: Buffer) => {
        for (const byte of chunk) if (byte === 0x0a) count += 1;
      });
      response.on('end', () => resolve(count));
      response.on('error', reject);
    });
    sending.on('error', reject);
    Readable.from(fileOf(people)).pipe(sending);
  });
  clearInterval(timer);
  if (lines !== ROWS + 1) throw new Error(`${String(lines)} lines came back`);
  return { perSecond: ROWS / ((performance.now() - begun) / 1000), memory };
}

function* fileOf(people: readonly string[]): Generator<string> {
  yield 'prenom;subjectId\r\n';
  for (let row = 0; row < ROWS; row += 1) yield `Camille;${people[row % people.length] ?? ''}\r\n`;
}

async function residentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / MB;
}
