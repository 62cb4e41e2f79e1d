import type { Command, Decider, Message } from '#kernel';
import { Problem } from '#http';

/** A state, and the revision of the stream to which it was folded (−1: absent). */
export interface Placed<S> {
  readonly revision: bigint;
  readonly state: S;
}

/**
 * A decider that decides only on what its command's author has seen (`If-Match`). It compares within each try of the
 * append, so of two people who saw the same revision exactly one writes. Throws `stale-revision` (412); a thing that
 * does not exist is left to the decider.
 */
export function atRevision<C extends Command, E extends Message, S>(
  decider: Decider<C, E, S>,
): Decider<C, E, Placed<S>> {
  return {
    initialState: { revision: -1n, state: decider.initialState },
    decide: (command, { revision, state }) => {
      const seen = seenBy(command);
      if (seen !== undefined && revision >= 0n && seen !== revision) {
        throw new Problem('stale-revision', { currentRevision: revision });
      }
      return decider.decide(command, state);
    },
    evolve: ({ revision, state }, event) => ({
      revision: revision + 1n,
      state: decider.evolve(state, event),
    }),
  };
}

function seenBy({ data }: Command): bigint | undefined {
  const { ifRevision } = data as { readonly ifRevision?: bigint };
  return ifRevision;
}
