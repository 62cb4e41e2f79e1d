import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import type { Position } from '#event-store';
import { RECIPIENTS } from '../eraser/audit-conditions.js';
import { purposeStream, type RecipientData, type RegisterEvent } from '#register/contract';
import { CHECKPOINTS, LedgerReader, PG_POOL, RetryLater, type CheckpointReader } from '#runtime';

const POLL_MS = 50;
const PATIENCE_MS = 10_000;

type Description = Extract<RegisterEvent, { type: 'RecipientDeclared' | 'RecipientRevised' }>;

/** A recipient as it is to be told, with every purpose for which it ever received data. */
export interface KnownRecipient {
  readonly recipient: RecipientData;
  readonly purposeIds: 'all' | ReadonlySet<string>;
}

/** Who may have received data of a person: from the ledger's facts, never from a read model that may be behind. */
@Injectable()
export class RecipientDirectory {
  constructor(
    @Inject(PG_POOL) private readonly pool: pg.Pool,
    @Inject(CHECKPOINTS) private readonly checkpoints: CheckpointReader,
    private readonly reader: LedgerReader,
  ) {}

  /**
   * The recipients that may have received data of somebody who has consented to these purposes: whoever receives it for
   * one of them, for all of them, or for a purpose that asks for no consent. Every recipient declared before `asOf`
   * counts, retired ones too: they still have what they received. Throws `RetryLater` while the audit copy is behind.
   */
  async concerned(consented: ReadonlySet<string>, asOf: Position): Promise<readonly RecipientData[]> {
    await this.reach(asOf);
    const concerned: RecipientData[] = [];
    for (const { recipient, purposeIds } of (await this.all()).values()) {
      if (purposeIds === 'all' || (await this.isAny(purposeIds, consented))) concerned.push(recipient);
    }
    return concerned;
  }

  private async isAny(purposeIds: ReadonlySet<string>, consented: ReadonlySet<string>): Promise<boolean> {
    for (const purposeId of purposeIds) {
      if (consented.has(purposeId) || !(await this.asksForConsent(purposeId))) return true;
    }
    return false;
  }

  private async asksForConsent(purposeId: string): Promise<boolean> {
    const history = (await this.reader.history(purposeStream(purposeId))) as readonly unknown[];
    const described = (history as readonly RegisterEvent[]).filter(
      (event) => event.type === 'PurposeDeclared' || event.type === 'PurposeRevised',
    );
    return described.every(({ data }) => data.variants.every(({ lawfulBasis }) => lawfulBasis === 'consent'));
  }

  private async all(): Promise<ReadonlyMap<string, KnownRecipient>> {
    const { rows } = await this.pool.query<{ entry: string }>(
      `SELECT entry FROM audit.entry WHERE ${RECIPIENTS} ORDER BY idx`,
    );
    const known = new Map<string, KnownRecipient>();
    for (const { entry } of rows) {
      const event = JSON.parse(entry) as RegisterEvent;
      if (event.type !== 'RecipientDeclared' && event.type !== 'RecipientRevised') continue;
      known.set(event.data.recipientId, withDescription(known.get(event.data.recipientId), event));
    }
    return known;
  }

  /** Where there is no audit copy at all there is nobody to wait for. */
  private async reach(asOf: Position): Promise<void> {
    for (const deadline = performance.now() + PATIENCE_MS; ;) {
      const reached = await this.checkpoints.position('audit');
      if (reached === undefined || reached >= asOf) return;
      if (performance.now() > deadline) throw new RetryLater('The audit copy has not reached the order yet');
      await sleep(POLL_MS);
    }
  }
}

function withDescription(known: KnownRecipient | undefined, { data }: Description): KnownRecipient {
  const { occurredAt: _, ...recipient } = data;
  if (recipient.purposeIds === 'all' || known?.purposeIds === 'all') return { recipient, purposeIds: 'all' };
  return { recipient, purposeIds: new Set([...(known?.purposeIds ?? []), ...recipient.purposeIds]) };
}
