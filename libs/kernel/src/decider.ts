import type { Command, Message } from './message.js';

/**
 * The functional core of an aggregate. All three members are total, synchronous and deterministic;
 * a business "no" is a thrown `Rejection`, anything else thrown is a bug.
 */
export interface Decider<C extends Command, E extends Message, S> {
  readonly initialState: S;
  /** What happens because of the command: new events, none if there is nothing new. Throws `Rejection`. */
  decide(command: C, state: S): readonly E[];
  /** The state after an event; never throws, whatever the order of events. */
  evolve(state: S, event: E): S;
}

/** The state after a history. */
export function fold<E extends Message, S>(
  decider: Pick<Decider<never, E, S>, 'initialState' | 'evolve'>,
  history: Iterable<E>,
): S {
  let state = decider.initialState;
  for (const event of history) state = decider.evolve(state, event);
  return state;
}
