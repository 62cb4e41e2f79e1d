import type { Instant } from '#kernel';
import type { RightsEvent } from '#rights/contract';

/** Whether the identity of a person was past the point of no return at an instant of the ledger (Art. 17). */
export function isErasedBy(
  rights: readonly (RightsEvent & { readonly recordedAt: Instant })[],
  at: Instant,
): boolean {
  return rights.some(
    (event) =>
      event.type === 'KeyDestructionStarted' &&
      event.data.scopes.includes('identity') &&
      event.recordedAt <= at,
  );
}
