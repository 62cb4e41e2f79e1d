import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import type { EventStore, Position } from '#event-store';
import { CHECKPOINTS, EVENT_STORE, KEY_STORE, PG_POOL, type CheckpointReader } from '#runtime';
import type { KeyStore, LedgerErasure, ReconcileReport } from '#subject-keys';
import type { RightsEvent } from '../contract.js';

type KeyDestructionStarted = Extract<RightsEvent, { type: 'KeyDestructionStarted' }>['data'];

const PAGE = 500;
const POLL_MS = 200;

/** Erasures past their point of no return, by the order of the audit copy; streams sort as text in the C collation. */
const ERASURES = `SELECT idx, entry FROM audit.entry
  WHERE idx > $1 AND stream COLLATE "C" >= 'rights-' AND stream COLLATE "C" < 'rights.'
    AND entry LIKE '%"type":"KeyDestructionStarted"%' ORDER BY idx LIMIT ${String(PAGE)}`;

/**
 * The restore guard: whatever key store a process finds, nothing personal is served before every erasure of the ledger
 * was carried out in it again. A backup of the keys that is older than an erasure resurrects nobody.
 */
@Injectable()
export class RestoreGuard {
  constructor(
    @Inject(PG_POOL) private readonly pool: pg.Pool,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
    @Inject(CHECKPOINTS) private readonly checkpoints: CheckpointReader,
  ) {}

  /** Waits until the audit copy has reached the store's head of now, replays the erasures, opens the gate. */
  async pass(signal: AbortSignal): Promise<ReconcileReport> {
    await this.auditCopyReaches(await this.store.head(), signal);
    const report = await this.keyStore.subjects.reconcile(this.erasures(), none());
    this.keyStore.reconciled();
    return report;
  }

  private async auditCopyReaches(head: Position | undefined, signal: AbortSignal): Promise<void> {
    for (;;) {
      const reached = await this.auditPosition();
      if (head === undefined || (reached !== undefined && reached >= head)) return;
      await sleep(POLL_MS, undefined, { signal });
    }
  }

  private async auditPosition(): Promise<Position | undefined> {
    return this.checkpoints.position('audit');
  }

  private async *erasures(): AsyncGenerator<LedgerErasure> {
    for (let after = '-1'; ;) {
      const { rows } = await this.pool.query<{ idx: string; entry: string }>(ERASURES, [after]);
      for (const { entry } of rows) {
        const { type, data } = JSON.parse(entry) as { type: string; data: KeyDestructionStarted };
        if (type === 'KeyDestructionStarted') yield* scopesOf(data);
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      after = last.idx;
    }
  }
}

function scopesOf({ subjectId, erasureId, scopes, keys }: KeyDestructionStarted): LedgerErasure[] {
  return scopes.map((scope) => ({
    subjectId,
    scope,
    throughGeneration: 'all',
    erasureId,
    keys: keys.filter((key) => key.scope === scope),
  }));
}

async function* none(): AsyncGenerator<never> {
  // Which keys are missing is asked by the hourly run of the operator's command, not at every start.
}
