import { NIL_UUID, type ActorRef, type Uuid } from '#kernel';

/** Which ledger a store holds. */
export interface LedgerIdentity {
  /** Random id from `LedgerOpened`; it binds every envelope and every proof. */
  readonly ledgerId: Uuid;
  /**
   * Generation of the store: the ledger's id until a restore gives the store another history. Positions of another
   * generation mean nothing here.
   */
  readonly generation: Uuid;
}

/** The open ledger. */
export interface Ledger {
  /** Throws `Unavailable` (nothing written) until the store has answered, `LedgerRefused` if it is not this ledger's. */
  identity(): LedgerIdentity;
}

/** The ledger itself acts: no person and no service asked for it. */
export const systemActor: ActorRef = { k: 'system', ref: NIL_UUID };
