import type { Instant } from '#kernel';
import type { RelationshipKind } from '#subjects/contract';
import type { RelationshipFact } from './contact-facts.js';

/** What is known of one kind of event between a person and a data controller. */
export interface RelationshipSummary {
  readonly controllerId: string;
  readonly kind: RelationshipKind;
  /** Of all of them together. */
  readonly productCategories: readonly string[];
  /** When the first one happened that is told; of repeated steps of the person only the newest is. */
  readonly since: Instant;
  /** When the newest one happened. */
  readonly last: Instant;
}

/** Relationship events in short, per data controller and kind. The order of the facts does not matter. */
export function relationshipSummaries(facts: readonly RelationshipFact[]): readonly RelationshipSummary[] {
  const summaries = new Map<string, RelationshipSummary>();
  for (const { controllerId, kind, productCategories, at } of facts) {
    const key = `${controllerId} ${kind}`;
    const before = summaries.get(key);
    const categories = new Set([...(before?.productCategories ?? []), ...productCategories]);
    summaries.set(key, {
      ...{ controllerId, kind, productCategories: [...categories].sort() },
      since: before === undefined || at < before.since ? at : before.since,
      last: before === undefined || at > before.last ? at : before.last,
    });
  }
  return [...summaries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, summary]) => summary);
}
