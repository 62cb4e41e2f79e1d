import { KeysNotReconciled } from './errors.js';

/**
 * Closed from the start of a process until the ledger's erasures have been replayed into the key store: a restored
 * key store must serve nothing of an erased person (`evidence.md` §3, rule 5).
 */
export class ReconcileGate {
  #open = false;

  /** Whether decryption and look-up are served. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** The replay is complete up to the ledger's head. */
  open(): void {
    this.#open = true;
  }

  /** A replay is due again, for example because the key store was replaced. */
  close(): void {
    this.#open = false;
  }

  /** Throws {@link KeysNotReconciled} while closed. */
  assertOpen(): void {
    if (!this.#open) throw new KeysNotReconciled();
  }
}
