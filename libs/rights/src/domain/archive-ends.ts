import type { Day, Scope } from '#kernel';
import type { ErasureOrdered } from './rights.commands.js';
import type { RightsState } from './rights-state.js';

/** A scope that stays when an erasure is done, and the day on which the last ground to keep it ends. */
export interface ArchivedEnd {
  readonly scope: Scope;
  readonly until: Day;
}

/**
 * What an erasure leaves in the archive: whatever it or another one of the person retains, but for the suppression list,
 * which is found by the address and leads to nobody. Of several grounds for one scope the longest counts. What has ended
 * or ends with this erasure is not among it.
 */
export function archivedBy(order: ErasureOrdered, state: RightsState): readonly ArchivedEnd[] {
  const ends = new Map<Scope, Day>();
  const orders = [...state.erasures.map((erasure) => erasure.order), order];
  for (const { scope, until } of orders.flatMap(({ retained }) => retained)) {
    if (scope === 'suppression' || order.scopes.includes(scope) || state.fencedScopes.includes(scope))
      continue;
    const known = ends.get(scope);
    if (known === undefined || known < until) ends.set(scope, until);
  }
  return [...ends].map(([scope, until]) => ({ scope, until }));
}
