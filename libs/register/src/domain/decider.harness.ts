import { expect } from '@jest/globals';
import fc from 'fast-check';
import { fold, Rejection, type Command, type CommandMetadata, type Decider, type Message } from '#kernel';

/** When the examples' commands arrive. */
export const NOW = '2026-11-21T18:00:00.000Z';
export const metadata: CommandMetadata = {
  now: NOW,
  actor: { k: 'operator', ref: '0d9a6f0e-3c54-4f7b-8f6c-1b2a3c4d5e6f' },
};

/** Instants in 2026 before {@link NOW}, few enough to meet each other. */
export const instants = fc
  .integer({ min: 1, max: 9 })
  .map((month) => `2026-0${String(month)}-01T08:00:00.000Z`);

/** The code with which an act is declined; `undefined` if it is not. Anything but a `Rejection` fails the test. */
export function codeOfRejection(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(Rejection);
    return (error as Rejection).code;
  }
}

/** What every decider owes (`style.md` §3), tried on any sequence of these commands. */
export function expectSoundDecider<C extends Command, E extends Message, S>(
  decider: Decider<C, E, S>,
  commands: fc.Arbitrary<C>,
  options: { readonly runs?: number } = {},
): void {
  const histories = fc.array(commands, { maxLength: 8 }).map((sequence) => historyOf(decider, sequence));
  fc.assert(
    fc.property(histories, commands, (history, command) => {
      const decided = decide(decider, history, command);
      // Deciding twice adds nothing.
      expect(decide(decider, [...history, ...decided], command)).toEqual([]);
    }),
    { numRuns: options.runs ?? 200 },
  );
  const shuffled = histories.chain((history) => fc.shuffledSubarray(history, { minLength: 0 }));
  fc.assert(
    fc.property(shuffled, commands, (events, command) => {
      // Any events in any order fold without a throw, and a decision on them ends in events or a Rejection.
      const before = JSON.stringify(events);
      codeOfRejection(() => decider.decide(command, fold(decider, events)));
      expect(JSON.stringify(events)).toBe(before);
    }),
    { numRuns: options.runs ?? 200 },
  );
}

/** The events of a sequence of commands; rejected ones add none. */
function historyOf<C extends Command, E extends Message, S>(
  decider: Decider<C, E, S>,
  commands: readonly C[],
): E[] {
  const history: E[] = [];
  for (const command of commands) history.push(...decide(decider, history, command));
  return history;
}

function decide<C extends Command, E extends Message, S>(
  decider: Decider<C, E, S>,
  history: readonly E[],
  command: C,
): readonly E[] {
  try {
    return decider.decide(command, fold(decider, history));
  } catch (error) {
    expect(error).toBeInstanceOf(Rejection);
    return [];
  }
}
