import type { Uuid } from '#kernel';
import type { CommandContext } from '#runtime';
import type { SuppressibleAddress } from '#subject-keys';

/** An address that is about to become a person's. */
export interface PersonsAddress extends SuppressibleAddress {
  readonly contactPointId: Uuid;
}

/**
 * Where it is said what is unwanted at an address that becomes a person's (Art. 21(3)). Rights are another context:
 * what joins the contexts provides it, and without it nothing starts.
 */
export abstract class UnwantedAddresses {
  /**
   * Asks the suppression list and records what it says as unwanted of this person, before it resolves. Called while the
   * claims stand and the facts do not yet. Idempotent. Throws if it cannot: then no address becomes theirs.
   */
  abstract record(
    subjectId: Uuid,
    addresses: readonly PersonsAddress[],
    context: CommandContext,
  ): Promise<void>;
}
