import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import type { EventStore } from '#event-store';
import { CHECKPOINTS, EVENT_STORE, KEY_STORE, PG_POOL, type CheckpointReader } from '#runtime';
import type { LedgerFact } from '#runtime/contract';
import type { KeyStore, LedgerDeclaration, LedgerErasure, ReconcileReport } from '#subject-keys';
import type { RightsEvent } from '../contract.js';
import { orderedEnds } from '../domain/ordered-ends.js';
import { pointsOfDestroyedValues } from '../domain/value-erasure-decisions.js';
import { RightsFactsReader } from './rights-facts.js';

type DataOf<T extends (RightsEvent | LedgerFact)['type']> = Extract<
  RightsEvent | LedgerFact,
  { type: T }
>['data'];

const PAGE = 500;
const POLL_MS = 200;
/** Patience with an audit copy that is behind, before the run fails and is tried again. */
const PATIENCE_MS = 60_000;

/** The conditions of the partial indexes on the audit copy; streams sort as text in the C collation. */
const ERASURES = `stream COLLATE "C" >= 'rights-' AND stream COLLATE "C" < 'rights.'
  AND entry LIKE '%"type":"KeyDestructionStarted"%'`;
const DECLARATIONS = `stream COLLATE "C" >= 'keys-' AND stream COLLATE "C" < 'keys.'`;

/** The audit copy does not hold the ledger's newest events yet, so nobody can say which erasures there are. */
export class AuditCopyBehind extends Error {
  override readonly name = 'AuditCopyBehind';
  constructor() {
    super('The audit copy has not reached the head of the event store');
  }
}

/**
 * The restore guard (`evidence.md` §3, rule 5): whatever key store a process finds, nothing personal is served before
 * every erasure of the ledger was carried out in it again. A backup of the keys that is older than an erasure
 * resurrects nobody, and the reverse is reported: keys that are gone without an order, keys that are missing.
 */
@Injectable()
export class RestoreGuard {
  constructor(
    @Inject(PG_POOL) private readonly pool: pg.Pool,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
    @Inject(CHECKPOINTS) private readonly checkpoints: CheckpointReader,
    private readonly rights: RightsFactsReader,
  ) {}

  /**
   * Replays every erasure up to the store's head of now and opens the gate. Due at the start of each process and
   * hourly, for a key store that was replaced under it. Throws {@link AuditCopyBehind}, `KeyStoreUnavailable`,
   * `Unavailable`, the database's error; the signal's reason when it aborts.
   */
  async pass(signal: AbortSignal): Promise<ReconcileReport> {
    const report = await this.keyStore.subjects.reconcile(this.erasures(signal), this.declarations(signal));
    await this.releaseErasedValues(new Set(report.reshredded.map(({ subjectId }) => subjectId)));
    this.keyStore.reconciled();
    return report;
  }

  /** Whose keys had come back may be found again by a value that was erased: not when the gate opens. */
  private async releaseErasedValues(subjectIds: ReadonlySet<string>): Promise<void> {
    for (const subjectId of subjectIds) {
      const { state } = await this.rights.of(subjectId);
      const points = pointsOfDestroyedValues(state);
      if (points.length > 0) await this.keyStore.claims.releasePoints(subjectId, points, []);
    }
  }

  /** The head is asked when the replay has begun: what it finds destroyed was ordered before that. */
  private async *erasures(signal: AbortSignal): AsyncGenerator<LedgerErasure> {
    await this.auditCopyReachesHead(signal);
    for await (const data of this.facts('KeyDestructionStarted', ERASURES, signal)) yield* orderedEnds(data);
  }

  private async *declarations(signal: AbortSignal): AsyncGenerator<LedgerDeclaration> {
    for await (const data of this.facts('SubjectKeyCreated', DECLARATIONS, signal)) {
      const { sub, scp, gen, kid, fp, alg, stream } = data;
      yield { subjectId: sub, scope: scp, generation: gen, kid, fp, alg, stream };
    }
  }

  private async auditCopyReachesHead(signal: AbortSignal): Promise<void> {
    const head = await this.store.head();
    if (head === undefined) return;
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const reached = await this.checkpoints.position('audit');
      if (reached !== undefined && reached >= head) return;
      if (performance.now() > deadline) throw new AuditCopyBehind();
      await sleep(POLL_MS, undefined, { signal });
    }
  }

  /** Facts of one type in the order of the audit copy. */
  private async *facts<T extends 'KeyDestructionStarted' | 'SubjectKeyCreated'>(
    wanted: T,
    where: string,
    signal: AbortSignal,
  ): AsyncGenerator<DataOf<T>> {
    const sql = `SELECT idx, entry FROM audit.entry
      WHERE idx > $1 AND ${where} ORDER BY idx LIMIT ${String(PAGE)}`;
    for (let after = '-1'; ;) {
      signal.throwIfAborted();
      const { rows } = await this.pool.query<{ idx: string; entry: string }>(sql, [after]);
      for (const { entry } of rows) {
        const { type, data } = JSON.parse(entry) as { type: string; data: DataOf<T> };
        if (type === wanted) yield data;
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      after = last.idx;
    }
  }
}
