import type { Scope } from '#kernel';
import type { RightsEvent } from '../contract.js';

type KeyDestructionStarted = Extract<RightsEvent, { type: 'KeyDestructionStarted' }>['data'];

/** What one `KeyDestructionStarted` ends in one scope. */
export interface OrderedEnd {
  readonly subjectId: string;
  readonly erasureId: string;
  readonly scope: Scope;
  /** `all`: the scope is closed for ever. A number: generations up to it die, a younger one lives on. */
  readonly throughGeneration: number | 'all';
  readonly keys: KeyDestructionStarted['keys'];
}

/**
 * The ends that a destruction orders, no more: a scope that it closes ends whole, of any other scope only the
 * generations of the keys that it names (the erasure of one value leaves the next generation to the survivors).
 */
export function orderedEnds(destruction: KeyDestructionStarted): readonly OrderedEnd[] {
  const { subjectId, erasureId, scopes, keys } = destruction;
  const named = keys.map(({ scope }) => scope);
  return [...new Set([...scopes, ...named])].map((scope) => {
    const ofScope = keys.filter((key) => key.scope === scope);
    const throughGeneration = scopes.includes(scope)
      ? 'all'
      : Math.max(...ofScope.map(({ generation }) => generation));
    return { subjectId, erasureId, scope, throughGeneration, keys: ofScope };
  });
}
