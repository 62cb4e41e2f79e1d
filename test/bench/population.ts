import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import type { DatabaseUrls } from '#runtime';
import { call, settled, tokenOf } from './api.js';
import { benchDatabases, startContestant, type BenchDatabases, type BenchProcess } from './bench-server.js';
import { openBenchStore } from './bench-store.js';
import { appendWithdrawals } from './history.js';

const PEOPLE = Number(process.env['GREFFE_BENCH_PEOPLE'] ?? 1_000_000);
const PAST_EVENTS = 1000;
const MINUTE_MS = 60_000;
/** Until it is over, an act received before may still be recorded: twice the lease of a command, and a little. */
const SETTLED_MS = 65_000;
const YEAR_AGO = new Date(Date.now() - 365 * 86_400_000).toISOString();

/** Somebody with a long history, half of which was known at an instant. */
export interface LongHistory {
  readonly subjectId: string;
  readonly knownAs: string;
  readonly eventsKnown: number;
}

/** A server whose read model holds a million people, and what it is held against. */
export interface Population {
  readonly databases: BenchDatabases;
  readonly greffe: BenchProcess;
  readonly bare: BenchProcess;
  readonly purposeId: string;
  readonly long: LongHistory;
  /** Somebody of the million, any. */
  anybody(): string;
}

let made: Promise<Population> | undefined;

/** The same for all benchmarks of one run: to make it takes minutes. */
export function population(): Promise<Population> {
  return (made ??= make());
}

/** Stops what {@link population} has started. */
export async function endPopulation(): Promise<void> {
  if (made === undefined) return;
  const { greffe, bare, databases } = await made;
  await Promise.all([greffe.stop(), bare.stop()]);
  await databases.stop();
}

/**
 * One person is declared, registered and consents through the API; the rows that the projector makes of it and the
 * floors are then copied for everybody else. By events a million people would take hours, and give the same rows.
 */
async function make(): Promise<Population> {
  const databases = await benchDatabases();
  const greffe = await startContestant('greffe', databases);
  const dpo = { url: greffe.url, token: await tokenOf(greffe.url, 'dpo') };
  const store = await openBenchStore(databases);
  const long = { subjectId: randomUUID(), eventsKnown: PAST_EVENTS / 2 };
  await appendWithdrawals(store, long.subjectId, long.eventsKnown);
  const shop = await declare(dpo);
  const template = await register(greffe, shop);
  await settled(greffe.url, dpo.token);
  const knownAs = new Date();
  await copyToAll(databases.urls, template);
  await new Promise((resolve) => setTimeout(resolve, knownAs.getTime() + SETTLED_MS - Date.now()));
  const begin = Date.UTC(new Date().getUTCFullYear(), 0, 1);
  const minute = Math.floor((Date.now() - begin) / MINUTE_MS);
  const rest = { after: BigInt(long.eventsKnown - 1), minute };
  await appendWithdrawals(store, long.subjectId, PAST_EVENTS - long.eventsKnown, rest);
  await store.shutdown();
  await settled(greffe.url, dpo.token);
  const bare = await startContestant('asked', databases);
  process.stderr.write(`  ${String(PEOPLE)} people\n`);
  return {
    ...{ databases, greffe, bare, purposeId: shop.purposeId },
    long: { ...long, knownAs: knownAs.toISOString() },
    anybody: () => subjectIdOf(1 + Math.floor(Math.random() * PEOPLE)),
  };
}

type Target = Pick<BenchProcess, 'url' | 'token'>;

interface Shop {
  readonly purposeId: string;
  readonly formId: string;
}

async function declare(dpo: Target): Promise<Shop> {
  const declared = async (path: string, body: object, id: string): Promise<string> =>
    String((await call(dpo, 'POST', path, { ...body, occurredAt: YEAR_AGO }))[id]);
  const controller = { legalName: 'Boutique d’essai SAS', siren: '732829320', country: 'FR' };
  const controllerId = await declared('/v1/controllers', controller, 'controllerId');
  const variant = {
    ...{ variantId: 'consumers', audiences: ['consumer'], relations: ['none'] },
    ...{ lawfulBasis: 'consent', basisSource: 'RGPD art. 6(1)' },
  };
  const purpose = {
    ...{
      code: 'lettre',
      controllerId,
      name: { fr: 'Lettre' },
      description: { fr: 'Écrire à qui l’accepte.' },
    },
    ...{ kind: 'prospecting', channels: ['email'], variants: [variant], dataNeeded: ['email'] },
  };
  const purposeId = await declared('/v1/purposes', purpose, 'purposeId');
  const notice = {
    title: { fr: 'Vos données' },
    texts: [{ language: 'fr', text: 'Nous écrivons à qui l’accepte.' }],
  };
  const noticeId = await declared('/v1/notices', notice, 'noticeId');
  const form = {
    ...{ name: 'Pied de page', url: 'https://www.boutique.example/inscription', language: 'fr' },
    ...{ validFrom: YEAR_AGO, screenshotSha256: 'ab'.repeat(32), method: 'web-checkbox' },
    ...{ defaultState: 'unchecked', withdrawalMethods: ['unsubscribe-link'], validityMonths: 12 },
    offers: [{ purposeId, channels: ['email'], label: 'J’accepte la lettre.' }],
    shown: { withdrawalRight: true, durableMedium: true, professionalIdentity: true, choiceOffered: true },
    notice: { noticeId, version: 1 },
  };
  return { purposeId, formId: await declared('/v1/collection-forms', form, 'formId') };
}

async function register(greffe: Target, { purposeId, formId }: Shop): Promise<string> {
  const { subjectId } = await call(greffe, 'POST', '/v1/subjects', {
    contactPoints: [{ kind: 'email', value: 'modele@courrier.example' }],
    ...{ audience: 'consumer', source: { kind: 'shop' } },
  });
  await call(greffe, 'POST', `/v1/subjects/${String(subjectId)}/consents`, {
    ...{ purposeId, channels: ['email'], formVersion: { formId, version: 1 }, source: { kind: 'web-form' } },
    evidence: { userAgent: 'a browser' },
  });
  return String(subjectId);
}

/** Pseudonyms that client and database can both work out, in no order. */
function subjectIdOf(number: number): string {
  const hex = createHash('md5').update(String(number)).digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`];
  return [...parts, hex.slice(20)].join('-');
}

const EVERYBODY = `SELECT overlay(overlay(md5(n::text) PLACING '4' FROM 13) PLACING '8' FROM 17)::uuid AS id
  FROM generate_series(1, ${String(PEOPLE)}) AS n ORDER BY 1`;

/** Copies all rows of one person in the contact state, and the floors, to a million others. */
async function copyToAll({ databaseUrl, ownerDatabaseUrl }: DatabaseUrls, template: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS table,
            array_agg(quote_ident(column_name) ORDER BY ordinal_position) FILTER (WHERE column_name <> 'subject_id') AS columns
       FROM information_schema.columns
      WHERE table_schema = 'rm_contact_state' OR (table_schema, table_name) = ('ops', 'gate_floor')
      GROUP BY table_schema, table_name HAVING bool_or(column_name = 'subject_id')`,
  );
  for (const { table, columns } of rows) {
    const [own, theirs] = [columns.join(', '), columns.map((column) => `t.${column}`).join(', ')];
    await client.query(
      `INSERT INTO ${table} (subject_id, ${own}) SELECT p.id, ${theirs} FROM (${EVERYBODY}) p, ${table} t WHERE t.subject_id = $1`,
      [template],
    );
  }
  // Each vacuums what it owns.
  await client.query('VACUUM ANALYZE');
  await client.end();
  const owner = new pg.Client({ connectionString: ownerDatabaseUrl });
  await owner.connect();
  await owner.query('VACUUM ANALYZE');
  await owner.end();
}
