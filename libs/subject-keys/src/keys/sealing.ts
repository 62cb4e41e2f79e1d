import { Personal } from '#kernel';
import type { AlarmSink } from '../alarm.js';
import {
  EnvelopeUnreadable,
  type Envelope,
  type EnvelopeContext,
  type EnvelopeFault,
  type OpenedFields,
  type PersonalFields,
} from '../envelope/envelope.js';
import { assertEnvelope, discloseMessageKey, openEnvelope, sealEnvelope } from '../envelope/seal.js';
import {
  KeyDamaged,
  KeyNotActive,
  KeyResurrectionDetected,
  KeyUnknown,
  SubjectErased,
  WrongPersonalStream,
} from '../errors.js';
import type { ReconcileGate } from '../reconcile-gate.js';
import type { CheckedKey, DekVault } from './dek-vault.js';

/** Personal values of one event, the key to seal them under, and the place where they will stand. */
export interface SealItem {
  readonly kid: string;
  readonly context: EnvelopeContext;
  readonly fields: PersonalFields;
}

/** An envelope and the place where it stands. */
export interface OpenItem {
  readonly envelope: Envelope;
  readonly context: EnvelopeContext;
}

/** Why an envelope of a person who is not erased does not open; each is an alarm. */
export type UnreadableReason = EnvelopeFault | KeyDamaged['fault'] | 'key-resurrected' | 'key-unknown';

/** What became of an envelope: its fields, or the person is erased, or something is wrong. */
export type Opened =
  | { readonly fields: Personal<OpenedFields> }
  | { readonly erased: true }
  | { readonly unreadable: UnreadableReason };

/** The 44 bytes that open one envelope, for an auditor; or why there are none. */
export type Disclosed =
  | { readonly messageKey: Personal<Buffer> }
  | { readonly erased: true }
  | { readonly unreadable: UnreadableReason };

/** Seals and opens envelopes; each call reads the state of all its keys in one query. */
export class EnvelopeSealing {
  constructor(
    private readonly vault: DekVault,
    private readonly gate: ReconcileGate,
    private readonly alarm: AlarmSink,
  ) {}

  /** Seals all or nothing, in the order of the items. */
  async sealAll(items: readonly SealItem[]): Promise<Envelope[]> {
    this.gate.assertOpen();
    const rows = await this.vault.rowsOf(items.map(({ kid }) => kid));
    return Promise.all(items.map((item) => this.sealOne(item, rows.get(item.kid))));
  }

  /** Opens each envelope, or says why not, in the order of the items. */
  openAll(items: readonly OpenItem[]): Promise<Opened[]> {
    return this.each(items, async ({ envelope, context }, row) => ({
      fields: Personal.of(openEnvelope(await this.vault.keyOf(row), envelope, context)),
    }));
  }

  /** Discloses the message key of each envelope, so that somebody else can open these and no other ones. */
  discloseAll(items: readonly OpenItem[]): Promise<Disclosed[]> {
    return this.each(items, async ({ envelope, context }, row) => {
      const key = await this.vault.keyOf(row);
      openEnvelope(key, envelope, context);
      return { messageKey: Personal.of(discloseMessageKey(key, envelope)) };
    });
  }

  private async each<T>(
    items: readonly OpenItem[],
    use: (item: OpenItem, row: CheckedKey) => Promise<T>,
  ): Promise<(T | { erased: true } | { unreadable: UnreadableReason })[]> {
    this.gate.assertOpen();
    const rows = await this.vault.rowsOf(items.map(({ envelope }) => kidOf(envelope)));
    return Promise.all(
      items.map(async (item) => {
        const kid = kidOf(item.envelope);
        const row = rows.get(kid);
        if (row?.state === 'shredded' && row.erasure_id !== null) return { erased: true as const };
        try {
          assertEnvelope(item.envelope);
          if (row === undefined) throw new KeyUnknown(kid);
          return await use(item, row);
        } catch (error) {
          return { unreadable: this.reasonOf(error, kid) };
        }
      }),
    );
  }

  private async sealOne({ kid, context, fields }: SealItem, row: CheckedKey | undefined): Promise<Envelope> {
    if (row === undefined) throw new KeyUnknown(kid);
    if (row.state === 'shredded' && row.erasure_id === null) throw new KeyUnknown(kid);
    if (row.state === 'shredded') throw new SubjectErased(row.subject_ref, row.scope);
    if (row.state !== 'active') throw new KeyNotActive(kid, row.state);
    if (row.stream !== context.stream) throw new WrongPersonalStream(kid);
    const owner = { kid, scp: row.scope, sub: row.subject_ref };
    return sealEnvelope(await this.vault.keyOf(row), owner, context, fields);
  }

  private reasonOf(error: unknown, kid: string): UnreadableReason {
    // The vault has already raised the alarm for the first two.
    if (error instanceof KeyResurrectionDetected) return 'key-resurrected';
    if (error instanceof KeyDamaged) return error.fault;
    if (error instanceof KeyUnknown) {
      this.alarm({ kind: 'key-unknown', kid });
      return 'key-unknown';
    }
    if (!(error instanceof EnvelopeUnreadable)) throw error;
    this.alarm({ kind: 'envelope-altered', kid });
    return error.fault;
  }
}

/** The key id, or one that no key has if what was stored is no envelope. */
function kidOf(envelope: Envelope): string {
  const kid: unknown = (envelope as { readonly kid?: unknown } | null)?.kid;
  return typeof kid === 'string' && /^[\w-]{1,64}$/.test(kid) ? kid : '';
}
