import { randomBytes, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, Optional } from '@nestjs/common';
import type pg from 'pg';
import { Coalesced, type Day, type IdSource, type JsonObject, type Uuid } from '#kernel';
import type { KeyStore } from '#subject-keys';
import { DueFloors } from '../gate/floor.js';
import { LedgerDatabaseUnavailable, onLedgerDatabase } from '../ledger/database-unavailable.js';
import { inBoundedTransaction } from '../ledger/bounded-transaction.js';
import { COMMAND_LEASE, IDS, KEY_STORE, PG_POOL, WRITE_PATH_PROBE } from '../nest/tokens.js';
import { CommandEnds } from './command-ends.js';
import { IdempotencyKeyReused, StillRunning } from './command-log-errors.js';
import * as sql from './command-log.sql.js';
import { CommandMacs, type KeyMacs } from './command-macs.js';
import {
  DEFAULT_LEASE,
  type Attempt,
  type Begun,
  type CommandLease,
  type CommandRequest,
} from './command-request.js';
import { PrimaryClock } from './primary-clock.js';
import type { WritePathProbe } from './write-path-probe.js';

interface Row {
  readonly command_id: Uuid;
  readonly key_day: Day;
  readonly body_mac: Buffer | null;
  readonly received_at: Date;
  readonly attempt: number;
  readonly finished: boolean;
  readonly outcome: JsonObject | null;
  readonly lease_seconds: number;
}

/** What is known of a command when one of its attempts starts. */
type Started = Pick<Row, 'command_id' | 'received_at' | 'attempt' | 'finished'>;

/** A statement that takes longer has failed, whatever becomes of it: its request is answered and may be sent again. */
const MAX_STATEMENT_MS = 5000;
/** A row may vanish or change between two statements this often before the client is asked to come again. */
const MAX_LOOKS = 3;

/**
 * The command log (`architecture.md` §5): a row is committed before the first append, so that a retry shares the
 * command's id and instant and never decides twice. Every method throws {@link LedgerDatabaseUnavailable}.
 */
@Injectable()
export class CommandLog {
  readonly #macs: CommandMacs;
  readonly #new = new Coalesced<NewRow, Date | undefined>({
    write: (rows) => onLedgerDatabase(() => this.insertAll(this.pool, rows)),
    isCommon: isUnavailable,
  });
  readonly #ends = new CommandEnds((prepared, values) => this.pool.query(this.statement(prepared, values)));

  constructor(
    @Inject(PG_POOL) private readonly pool: pg.Pool,
    @Inject(KEY_STORE) keyStore: Pick<KeyStore, 'daily'>,
    @Inject(IDS) private readonly ids: IdSource,
    @Optional() @Inject(COMMAND_LEASE) private readonly lease: CommandLease = DEFAULT_LEASE,
    @Optional() private readonly clock: PrimaryClock = new PrimaryClock(),
    @Optional() @Inject(WRITE_PATH_PROBE) private readonly probe: WritePathProbe = () => undefined,
  ) {
    this.#macs = new CommandMacs(keyStore.daily, clock);
  }

  /**
   * Opens the row of a new command, or says what became of an earlier attempt at the same one. Throws
   * {@link IdempotencyKeyReused}, {@link StillRunning}, `KeyStoreUnavailable`.
   */
  async begin(request: CommandRequest): Promise<Begun> {
    const begun = await this.open(request);
    await this.probe('begun');
    return begun;
  }

  /**
   * The command has its outcome: in its events, or, where it left none, in `kept`, which is durable before this
   * resolves; so are the floors of its steps. `subjects` are those whose erasure blanks the row. What has failed is to
   * be released. Throws `RecordedNotYetEffective`, and {@link StillRunning} if a newer attempt has taken over: that
   * one's outcome counts, this one's may not leave.
   */
  async finish(attempt: Attempt, kept?: JsonObject, subjects: readonly Uuid[] = []): Promise<void> {
    await (kept === undefined || attempt.isReplay
      ? this.#ends.recorded(attempt, subjects)
      : this.#ends.kept(attempt, kept, subjects));
    if (!attempt.isReplay) await this.probe('finished');
  }

  /** The attempt failed without an outcome: the next one need not wait for the lease. */
  async release(attempt: Attempt): Promise<void> {
    if (!attempt.isReplay) await this.#ends.released(attempt);
  }

  /** Takes everything that could be matched with an erased person out of the log (Art. 17); answers how many rows. */
  async blankSubject(subjectId: Uuid): Promise<number> {
    const { rowCount } = await onLedgerDatabase(() => this.pool.query(sql.BLANK, [subjectId]));
    return rowCount ?? 0;
  }

  /** Asks the primary what time it is; everything that needs the time goes on from there. */
  async readClock(): Promise<void> {
    const { rows } = await onLedgerDatabase(() =>
      this.pool.query<{ now: Date }>(this.statement({ text: 'SELECT clock_timestamp() AS now' })),
    );
    for (const { now } of rows) this.clock.observe(now);
  }

  /** Deletes rows older than seven days; answers how many. */
  async purge(): Promise<number> {
    for (let deleted = 0; ;) {
      const { rowCount } = await onLedgerDatabase(() => this.pool.query(sql.PURGE));
      if (rowCount === null || rowCount === 0) return deleted;
      deleted += rowCount;
    }
  }

  private async open(request: CommandRequest): Promise<Begun> {
    const deadline = performance.now() + this.lease.deadlineMs;
    await this.learnTime();
    const macs = await this.macsOf(request);
    for (let look = 1; look <= MAX_LOOKS; look += 1) {
      const started = await this.insert(request, macs);
      if (started !== undefined) return this.run(request, started, deadline);
      const row = await this.find(macs);
      const begun = row === undefined ? undefined : await this.resume(request, row, deadline);
      if (begun !== undefined) return begun;
    }
    throw new StillRunning(1);
  }

  private statement(prepared: { name?: string; text: string }, values: unknown[] = []): pg.QueryConfig {
    const timeout = { query_timeout: Math.min(MAX_STATEMENT_MS, this.lease.deadlineMs) };
    return { ...prepared, ...timeout, values };
  }

  /** Days are counted by the primary's clock, so it must have been read once. */
  private async learnTime(): Promise<void> {
    if (!this.clock.isKnown) await this.readClock();
  }

  private async macsOf(request: CommandRequest): Promise<KeyMacs> {
    const { client, idempotencyKey } = request;
    if (idempotencyKey !== undefined) return this.#macs.ofKey(client, idempotencyKey);
    return { day: this.clock.today().day, own: randomBytes(32), all: [], lock: undefined };
  }

  /** `undefined`: the command is known already. One round trip, shared in a crowd. */
  private async insert(request: CommandRequest, macs: KeyMacs): Promise<Started | undefined> {
    const commandId = this.ids.uuid();
    const isComparable = request.idempotencyKey !== undefined;
    const bodyMac = isComparable ? await this.#macs.ofBody(macs.day, request) : null;
    const row: NewRow = { commandId, macs, bodyMac, request };
    const { lock } = macs;
    const received_at = await (lock === undefined ? this.#new.add(row) : this.insertUnder(lock, row));
    if (received_at === undefined) return undefined;
    this.clock.observe(received_at);
    return { command_id: commandId, received_at, attempt: 1, finished: false };
  }

  private insertUnder(lock: bigint, row: NewRow): Promise<Date | undefined> {
    return onLedgerDatabase(() =>
      inBoundedTransaction(this.pool, async (client) => {
        await client.query(this.statement({ text: 'SELECT pg_advisory_xact_lock($1)' }, [lock]));
        return (await this.insertAll(client, [row]))[0];
      }),
    );
  }

  /** When each row was received; `undefined` for a command that is known already. */
  private async insertAll(
    db: pg.Pool | pg.PoolClient,
    news: readonly NewRow[],
  ): Promise<(Date | undefined)[]> {
    const known = news.flatMap(({ macs }, index) => macs.all.map((mac) => ({ number: index + 1, mac })));
    const values = [
      news.map(({ commandId }) => commandId),
      news.map(({ macs }) => macs.own),
      news.map(({ macs }) => macs.day),
      news.map(({ bodyMac }) => bodyMac),
      news.map(({ request }) => request.client),
      news.map(({ request }) => request.route),
      news.map(({ request }) => request.subjectId ?? null),
      this.lease.leaseMs,
      known.map(({ number }) => number),
      known.map(({ mac }) => mac),
    ];
    const { rows } = await db.query<Pick<Row, 'command_id' | 'received_at'>>(
      this.statement(sql.INSERT, values),
    );
    const received = new Map(rows.map(({ command_id, received_at }) => [command_id, received_at]));
    return news.map(({ commandId }) => received.get(commandId));
  }

  private async find(macs: KeyMacs): Promise<Row | undefined> {
    const { rows } = await onLedgerDatabase(() => this.pool.query<Row>(this.statement(sql.FIND, [macs.all])));
    return rows[0];
  }

  /** `undefined`: the row has changed meanwhile, look again. */
  private async resume(request: CommandRequest, row: Row, deadline: number): Promise<Begun | undefined> {
    const { body_mac, key_day, command_id, attempt, finished, outcome, lease_seconds } = row;
    // Blanked by an erasure: there is nothing left to compare with.
    if (body_mac !== null && !timingSafeEqual(body_mac, await this.#macs.ofBody(key_day, request))) {
      throw new IdempotencyKeyReused();
    }
    if (outcome !== null) return { kind: 'answered', commandId: command_id, outcome };
    if (finished) return this.run(request, row, deadline);
    if (lease_seconds > 0) throw new StillRunning(lease_seconds);
    const values = [command_id, attempt, this.lease.leaseMs];
    const taken = await onLedgerDatabase(() =>
      this.pool.query<{ attempt: number }>(this.statement(sql.TAKE_OVER, values)),
    );
    const next = taken.rows[0]?.attempt;
    return next === undefined ? undefined : this.run(request, { ...row, attempt: next }, deadline);
  }

  private run(request: CommandRequest, started: Started, deadline: number): Begun {
    const { command_id: commandId, received_at, attempt: number, finished } = started;
    const { actor, correlationId = commandId, causationId, traceparent } = request;
    const floors = new DueFloors();
    return {
      kind: 'run',
      attempt: { commandId, number, isReplay: finished, floors },
      context: {
        commandId,
        now: received_at.toISOString(),
        actor,
        mayBeRetry: number > 1 || finished,
        isReplay: finished,
        deadline,
        floors,
        correlationId,
        ...(causationId === undefined ? {} : { causationId }),
        ...(traceparent === undefined ? {} : { traceparent }),
      },
    };
  }
}

/** A command as it enters the log. */
interface NewRow {
  readonly commandId: Uuid;
  readonly macs: KeyMacs;
  readonly bodyMac: Buffer | null;
  readonly request: CommandRequest;
}

function isUnavailable(error: unknown): boolean {
  return error instanceof LedgerDatabaseUnavailable;
}
