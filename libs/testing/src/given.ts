import { expect } from '@jest/globals';
import { Rejection, fold, type Command, type Decider, type Message, type RejectionCode } from '#kernel';

/** given(events).when(command).then(events): the language in which a decision is specified. */
export function specificationOf<C extends Command, E extends Message, S>(decider: Decider<C, E, S>) {
  return {
    given: (...history: readonly E[]) => ({
      when: (command: C) => {
        const decide = (): readonly E[] => decider.decide(command, fold(decider, history));
        return {
          /** The decision gives exactly these events. */
          then: (...expected: readonly E[]): void => {
            expect(decide()).toEqual(expected);
          },
          /** The act is already recorded: nothing new. */
          thenNothing: (): void => {
            expect(decide()).toEqual([]);
          },
          /** The ledger declines with this code. */
          thenRejected: (code: RejectionCode): void => {
            let thrown: unknown;
            try {
              decide();
            } catch (error) {
              thrown = error;
            }
            expect(thrown).toBeInstanceOf(Rejection);
            expect((thrown as Rejection).code).toBe(code);
          },
        };
      },
    }),
  };
}
