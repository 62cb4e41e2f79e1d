import { Rejection, type Command, type Decider, type Instant } from '#kernel';
import type { PreferencesEvent } from '../contract.js';
import type { SubjectFacts } from './facts.js';

/** What a person stated. */
export type Preferences = PreferencesEvent['data'];

/** The statement that stands: the one that happened last, whenever the ledger learned of it. */
export interface PreferencesState {
  readonly standing: Preferences | undefined;
}

/** Records what a person likes to read, as a whole. */
export type StatePreferences = Command<
  'StatePreferences',
  { readonly stated: Preferences; readonly status: SubjectFacts['status'] }
>;

/**
 * What a person likes to read. Each statement is an act of its own: one said again later also stands against an older one
 * that arrives late.
 * Rejects: `subject-erased`, `subject-unknown`, `occurred-in-the-future`, `preferences-contradictory`.
 */
export const preferencesDecider: Decider<StatePreferences, PreferencesEvent, PreferencesState> = {
  initialState: { standing: undefined },
  evolve: ({ standing }, { data }) => ({ standing: isNewer(data.occurredAt, standing) ? data : standing }),
  decide({ data: { stated, status }, metadata }) {
    if (status === 'erased') throw new Rejection('subject-erased');
    if (status === 'unknown') throw new Rejection('subject-unknown');
    if (stated.occurredAt > metadata.now)
      throw new Rejection('occurred-in-the-future', undefined, '/occurredAt');
    assertEachOnce(stated);
    const topics = [...stated.topics].sort((one, other) => (one.topic < other.topic ? -1 : 1));
    return [{ type: 'PreferencesStated', data: { ...stated, topics } }];
  },
};

/** Of two statements of one instant the one recorded later counts. */
function isNewer(occurredAt: Instant, standing: Preferences | undefined): boolean {
  return standing === undefined || occurredAt >= standing.occurredAt;
}

/** Wanted and unwanted at once is no wish that anybody could follow. */
function assertEachOnce({ topics }: Preferences): void {
  const seen = new Set<string>();
  for (const [index, { topic }] of topics.entries()) {
    if (seen.has(topic))
      throw new Rejection('preferences-contradictory', undefined, `/topics/${String(index)}/topic`);
    seen.add(topic);
  }
}
