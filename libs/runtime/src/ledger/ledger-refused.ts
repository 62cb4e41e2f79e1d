/** Why a server leaves a store alone. */
export type RefusalReason =
  /** The store's first event is not the opening of a ledger: it belongs to somebody else. */
  | 'not-a-ledger'
  /** The databases know a ledger, and the store has no event: it is another store, or it was emptied. */
  | 'store-is-empty'
  /** The store holds one ledger, the databases belong to another one. */
  | 'another-ledger'
  /** The same ledger with another past: the store ends before what was already copied from it, or differs there. */
  | 'another-history';

/**
 * Store and databases do not belong together: nothing is written, nothing is read, until somebody decides. The message
 * names what was found and what to do; it holds ids and positions, no address and nothing personal.
 */
export class LedgerRefused extends Error {
  override readonly name = 'LedgerRefused';
  constructor(
    readonly reason: RefusalReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
