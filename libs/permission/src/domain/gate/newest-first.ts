import type { Instant } from '#kernel';
import type { EventPlace } from './facts.js';

/** Orders facts by time, and by event where two have the same: the order in which they arrived does not matter. */
export function newestFirst<T extends EventPlace>(instantOf: (fact: T) => Instant): (a: T, b: T) => number {
  return (a, b) => {
    const [atA, atB] = [instantOf(a), instantOf(b)];
    if (atA !== atB) return atA < atB ? 1 : -1;
    return a.eventId < b.eventId ? 1 : -1;
  };
}
