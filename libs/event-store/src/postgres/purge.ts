import pg from 'pg';
import { AccessDenied, Unavailable } from '../errors.js';
import { BackOff, pause, within } from '../deadline.js';
import type { PurgeOptions, PurgeReport } from '../port.js';
import { toStoreError } from './classify.js';
import type { Settings } from './settings.js';
import { discard } from './writer-connection.js';

/** The node's name in reports: a PostgreSQL store is one node, whatever copies it has. */
export const NODE = 'postgresql';

const PURGE_LOCK = '7310868736519172454';
/** Whoever waits for a partition's lock makes appends wait behind it, so it never waits for long. */
const LOCK_TIMEOUT_MS = 250;
/** Attempts at one step, before it is left to the next purge; about three minutes. */
const ATTEMPTS = 40;
/** The server took longer than {@link LOCK_TIMEOUT_MS} to give a lock. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Removes the payload of closed personal streams from the files, not only from the tables: rows that are deleted stay in
 * a heap file, and in its TOAST file, until it is written anew. A partition is noted first, then its rows go, then
 * its files are rewritten, one partition at a time, then the note goes; so whatever interrupts a purge, the next one
 * takes it up. Appends are never locked out for longer than one partition's rewriting takes.
 * Throws `AccessDenied` without the owner's rights, `Unavailable`, and the reason of the signal.
 */
export async function purge(
  { ownerConnection, timeoutMs }: Settings,
  { signal = new AbortController().signal, onProgress }: PurgeOptions,
): Promise<PurgeReport> {
  if (ownerConnection === undefined)
    throw new AccessDenied('Only the owner of the event store may purge it, and its connection is not given');
  const client = new pg.Client({ ...ownerConnection, connectionTimeoutMillis: timeoutMs });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(SESSION);
    await takeTurn(client, signal);
    await untilDone(() => note(client), signal);
    const { rows } = await client.query<{ partition: string }>(NOTED);
    for (const [i, { partition }] of rows.entries()) {
      await untilDone(() => clean(client, partition), signal);
      onProgress?.({ node: NODE, done: i + 1, total: rows.length });
    }
    return { technique: 'physical-delete', nodes: [{ node: NODE, runs: 1 }] };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw toStoreError(error, 'connecting');
  } finally {
    await within(timeoutMs, client.end()).catch(() => {
      discard(client);
    });
  }
}

/** Waits until no other purge is at work. */
async function takeTurn(client: pg.Client, signal: AbortSignal): Promise<void> {
  const backOff = new BackOff();
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await client.query<{ mine: boolean }>(TURN);
    if (rows[0]?.mine === true) return;
    await pause(backOff.next(), signal);
  }
}

/** Repeats what only came at a bad moment: a step gives what stood in its way. */
async function untilDone(step: () => Promise<Error | undefined>, signal: AbortSignal): Promise<void> {
  const backOff = new BackOff();
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    const problem = await step().catch((error: unknown) => {
      if (error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE) return error;
      throw error;
    });
    if (problem === undefined) return;
    if (attempt === ATTEMPTS) throw new Unavailable('notWritten', { cause: problem });
    await pause(backOff.next(), signal);
  }
}

async function note(client: pg.Client): Promise<undefined> {
  await client.query(NOTE);
}

/** Takes the rows out of one partition and rewrites its files, until nothing of what was taken out is in them. */
async function clean(client: pg.Client, partition: string): Promise<Error | undefined> {
  const table = `es.${pg.escapeIdentifier(partition)}`;
  const rows = `DELETE FROM ${table} p USING es.purge_note n WHERE n.partition = $1 AND p.stream = n.stream`;
  await client.query(rows, [partition]);
  const kept = await rewrite(client, table);
  if (kept > 0) return new Error(`An older transaction still sees ${String(kept)} rows of ${table}`);
  await client.query('DELETE FROM es.purge_note WHERE partition = $1', [partition]);
  return undefined;
}

/**
 * Writes a partition's files anew. Gives how many dead rows had to be taken along, because a transaction that began
 * before they were deleted may still look at them: its bytes are then not gone.
 */
async function rewrite(client: pg.Client, table: string): Promise<number> {
  let kept: number | undefined;
  const listen = ({ detail }: { readonly detail?: string | undefined }): void => {
    // Its first number, in every language of the server, is that of the dead rows that cannot be removed yet.
    const [, count] = /^\D*(\d+)/.exec(detail ?? '') ?? [];
    if (count !== undefined) kept = (kept ?? 0) + Number(count);
  };
  client.on('notice', listen);
  try {
    await client.query(`VACUUM (FULL, VERBOSE) ${table}`);
  } finally {
    client.off('notice', listen);
  }
  if (kept === undefined) throw new Error(`PostgreSQL did not say what was left of ${table}`);
  return kept;
}

const SESSION = [
  `SET lock_timeout = ${String(LOCK_TIMEOUT_MS)}`,
  'SET statement_timeout = 0',
  'SET client_min_messages = info',
  'SET enable_seqscan = off',
  'SET enable_hashjoin = off',
  'SET enable_mergejoin = off',
  'SET jit = off',
].join(';');

const TURN = `SELECT pg_try_advisory_lock(${PURGE_LOCK}) AS mine`;

const NOTE = `
  INSERT INTO es.purge_note (partition, stream)
  SELECT t.relname, c.stream
    FROM es.closed_stream c
   CROSS JOIN LATERAL (SELECT p.tableoid FROM es.personal_payload p WHERE p.stream = c.stream LIMIT 1) p
    JOIN pg_class t ON t.oid = p.tableoid
      ON CONFLICT DO NOTHING`;

const NOTED = 'SELECT DISTINCT partition FROM es.purge_note ORDER BY partition';
