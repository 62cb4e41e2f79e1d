import type { RightsEvent } from '#rights/contract';
import type { Protection } from './subject.commands.js';

/** What the rights of a person allow today: whether they are erased, and whether any restriction stands (Art. 18). */
export function protectionOf(rights: readonly RightsEvent[]): Protection {
  const standing = new Set<string>();
  let isErased = false;
  for (const event of rights) {
    if (event.type === 'ProcessingRestricted') standing.add(event.data.restrictionId);
    if (event.type === 'RestrictionLifted') standing.delete(event.data.restrictionId);
    if (event.type === 'KeyDestructionStarted') isErased ||= event.data.scopes.includes('identity');
  }
  return { isErased, isRestricted: standing.size > 0 };
}

/** Contact points whose values were ordered to go (Art. 17): they no longer belong to the person. */
export function erasedContactPointIds(rights: readonly RightsEvent[]): ReadonlySet<string> {
  const orders = rights.filter((event) => event.type === 'ValueErasureOrdered');
  return new Set(
    orders.flatMap(({ data }) => data.values.flatMap(({ contactPointId }) => contactPointId ?? [])),
  );
}
