import type { Uuid } from '#kernel';
import type { AlarmSink } from '../alarm.js';
import type { KeyDatabase } from '../database/key-database.js';
import type { Envelope, EnvelopeContext, PersonalFields } from '../envelope/envelope.js';
import { KeyUnknown, SubjectErased } from '../errors.js';
import type { KekEpochs } from '../kek/kek-epochs.js';
import type { ReconcileGate } from '../reconcile-gate.js';
import { DekVault } from './dek-vault.js';
import { KeyDestruction, type DestroyKeys, type DestroyedScope } from './destruction.js';
import { KEY_COLUMNS, infoOf, type KeyInfo, type KeyRow, type KeyState } from './key-row.js';
import type { LedgerDeclaration, LedgerErasure, ReconcileReport } from './reconcile-facts.js';
import { Reconciliation } from './reconciliation.js';
import { KeyProvisioning, type KeyDeclaration, type PrepareKey, type PreparedKey } from './provisioning.js';
import { EnvelopeSealing, type Disclosed, type OpenItem, type Opened, type SealItem } from './sealing.js';

/** Names the key to seal under: itself, or the active one of a person and scope. */
export type KeyChoice = { readonly kid: string } | { readonly subjectId: Uuid; readonly scope: string };

/** A fence: what of a scope can never be sealed or opened again. */
export interface ScopeFence {
  readonly scope: string;
  readonly throughGeneration: number;
  /** Whether the scope is closed for ever, not only its older generations. */
  readonly closed: boolean;
}

/** Keys and fences of one person. */
export interface SubjectKeyState {
  readonly keys: readonly KeyInfo[];
  readonly fences: readonly ScopeFence[];
}

/** How the data keys of one ledger are kept. */
export interface SubjectKeysOptions {
  readonly maxCachedKeys?: number;
  /** Milliseconds of a monotonic clock, for the cache. */
  readonly now?: () => number;
}

/**
 * One random data key per person, retention scope and generation (`evidence.md` §3): provision, seal, open, destroy.
 * Every method throws `KeyStoreUnavailable` when the key store does not answer in time.
 */
export class SubjectKeys {
  private readonly vault: DekVault;
  private readonly provisioning: KeyProvisioning;
  private readonly destruction: KeyDestruction;
  private readonly sealing: EnvelopeSealing;
  private readonly reconciliation: Reconciliation;

  constructor(
    private readonly db: KeyDatabase,
    epochs: KekEpochs,
    private readonly gate: ReconcileGate,
    alarm: AlarmSink,
    options: SubjectKeysOptions = {},
  ) {
    this.vault = new DekVault(db, epochs, alarm, options);
    this.provisioning = new KeyProvisioning(db, epochs);
    this.destruction = new KeyDestruction(db);
    this.sealing = new EnvelopeSealing(this.vault, gate, alarm);
    this.reconciliation = new Reconciliation(db, this.vault);
  }

  /**
   * The person's key of a scope, created `pending` if there is none. If it is pending, append `SubjectKeyCreated` and
   * {@link activate} it before sealing. Throws {@link SubjectErased} if the scope is closed, `KeysNotReconciled` until
   * the restore guard has passed: a restored key store does not know yet which generations are taken.
   */
  async prepare(wish: PrepareKey): Promise<PreparedKey> {
    this.gate.assertOpen();
    return this.provisioning.prepare(wish);
  }

  /**
   * A pending key of the next generation; activating it retires the present one, which still opens and never seals
   * again. Survivors are then sealed again and the old generation destroyed. Throws as {@link prepare}.
   */
  async rotate(wish: PrepareKey): Promise<PreparedKey> {
    this.gate.assertOpen();
    return this.provisioning.rotate(wish);
  }

  /** The ledger declares the key: it may seal. Idempotent. Throws {@link SubjectErased} if an erasure came first. */
  activate(kid: string, declaration: KeyDeclaration): Promise<void> {
    return this.provisioning.activate(kid, declaration);
  }

  /** Keys left `pending` for longer than this, oldest first, for the reaper that declares and activates them. */
  pending(olderThanMs: number, limit?: number): Promise<KeyInfo[]> {
    return this.provisioning.pending(olderThanMs, limit);
  }

  /**
   * Seals the personal fields of one event under an active key. Throws `SubjectErased`, `KeyNotActive`, `KeyUnknown`,
   * `WrongPersonalStream`, `KeysNotReconciled`, `KeyResurrectionDetected`, `KeyDamaged`, `NotCanonical`.
   */
  async seal(choice: KeyChoice, context: EnvelopeContext, fields: PersonalFields): Promise<Envelope> {
    const kid = 'kid' in choice ? choice.kid : await this.activeKid(choice.subjectId, choice.scope);
    const [envelope] = await this.sealAll([{ kid, context, fields }]);
    if (envelope === undefined) throw new KeyUnknown(kid);
    return envelope;
  }

  /** {@link seal} for several events, all or nothing, with one look at the key store. */
  sealAll(items: readonly SealItem[]): Promise<Envelope[]> {
    return this.sealing.sealAll(items);
  }

  /**
   * Opens each envelope or says why not, in order. The state of every key is read from the primary in this call, so
   * nothing of a person erased elsewhere is opened. Throws `KeysNotReconciled` until the restore guard has passed.
   */
  openAll(items: readonly OpenItem[]): Promise<Opened[]> {
    return this.sealing.openAll(items);
  }

  /** The message keys (44 bytes) by which an auditor can open exactly these envelopes. */
  discloseAll(items: readonly OpenItem[]): Promise<Disclosed[]> {
    return this.sealing.discloseAll(items);
  }

  /** All keys and fences of one person, by scope and generation. */
  async state(subjectId: Uuid): Promise<SubjectKeyState> {
    const [keys, fences] = await Promise.all([
      this.db.query<KeyRow>(
        `SELECT ${KEY_COLUMNS} FROM ks.subject_key k WHERE k.subject_ref = $1 ORDER BY k.scope, k.gen`,
        [subjectId],
      ),
      this.db.query<{ scope: string; erased_through_gen: number; closed: boolean }>(
        'SELECT scope, erased_through_gen, closed FROM ks.subject_fence WHERE subject_ref = $1 ORDER BY scope',
        [subjectId],
      ),
    ]);
    return {
      keys: keys.map(infoOf),
      fences: fences.map(({ scope, erased_through_gen, closed }) => ({
        scope,
        throughGeneration: erased_through_gen,
        closed,
      })),
    };
  }

  /** Whether the key seals at this moment: asked after an append, it tells whether the next generation came before it. */
  async isActive(kid: string): Promise<boolean> {
    const [row] = await this.db.query<{ state: KeyState }>(
      'SELECT state FROM ks.subject_key WHERE kid = $1',
      [kid],
    );
    return row?.state === 'active';
  }

  /** Whose personal stream this is, or `undefined`. */
  async ownerOfStream(stream: string): Promise<KeyInfo | undefined> {
    const [row] = await this.db.query<KeyRow>(
      `SELECT ${KEY_COLUMNS} FROM ks.subject_key k WHERE k.stream = $1`,
      [stream],
    );
    return row === undefined ? undefined : infoOf(row);
  }

  /**
   * Destroys keys for good (GDPR Art. 17): call it only after `KeyDestructionStarted` stands in the ledger. When it
   * returns, nothing sealed under them opens anywhere. Idempotent per erasure: the same answer again.
   */
  async destroy(order: DestroyKeys): Promise<DestroyedScope[]> {
    const destroyed = await this.destruction.destroy(order);
    this.vault.evict(destroyed.flatMap(({ keys }) => keys.map(({ kid }) => kid)));
    return destroyed;
  }

  /**
   * Replays the ledger's erasures after a restore, and reports what does not fit. Both sequences must be read up to
   * the ledger's head; then tell the gate that it may open. Due at each start and hourly.
   */
  reconcile(
    erasures: AsyncIterable<LedgerErasure>,
    declarations: AsyncIterable<LedgerDeclaration>,
  ): Promise<ReconcileReport> {
    return this.reconciliation.run(erasures, declarations);
  }

  /** Forgets all unwrapped keys of this process. */
  forgetUnwrapped(): void {
    this.vault.clear();
  }

  private async activeKid(subjectId: Uuid, scope: string): Promise<string> {
    const { keys, fences } = await this.state(subjectId);
    const active = keys.find((key) => key.scope === scope && key.state === 'active');
    if (active !== undefined) return active.kid;
    const fenced = fences.some((fence) => fence.scope === scope);
    throw fenced ? new SubjectErased(subjectId, scope) : new KeyUnknown(scope);
  }
}
