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
