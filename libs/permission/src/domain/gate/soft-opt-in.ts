import type { ContactPoint, Relationship } from './facts.js';
import { newestFirst } from './newest-first.js';

const byNewest = newestFirst<Relationship>(({ at }) => at);

/** Conditions of soft opt-in (CPCE L.34-5 al. 4) that the ledger can check before a message is sent. */
export type SoftOptInCondition =
  'collected-from-the-person' | 'on-a-sale-or-service' | 'analogous-products' | 'objection-at-collection';

/** What a soft opt-in rests on. */
export interface SoftOptIn {
  /** The sale or contract that comes closest. */
  readonly sale?: Relationship;
  /** Conditions that it does not meet; empty: it carries the contact. */
  readonly missing: readonly SoftOptInCondition[];
}

/**
 * Whether a sale or contract of the data controller itself meets the conditions for one of the addresses. Four of the
 * seven are judged here. That the supplier is the same is the choice of the sales that are given; that nobody objected
 * since is judged with every other "no"; that each message offers the same chance is a duty of who sends it.
 */
export function softOptIn(
  sales: readonly Relationship[],
  points: readonly ContactPoint[],
  categories: readonly string[],
): SoftOptIn {
  const judged = sales
    .map((sale) => ({ sale, missing: missingOf(sale, points, categories) }))
    .sort((a, b) => a.missing.length - b.missing.length || byNewest(a.sale, b.sale));
  return judged[0] ?? { missing: ['on-a-sale-or-service'] };
}

function missingOf(
  { contactCollection, productCategories }: Relationship,
  points: readonly ContactPoint[],
  categories: readonly string[],
): readonly SoftOptInCondition[] {
  const collected = contactCollection?.contactPointIds ?? [];
  const checks: readonly (readonly [SoftOptInCondition, boolean])[] = [
    ['collected-from-the-person', contactCollection?.direct === true],
    ['on-a-sale-or-service', points.some(({ contactPointId }) => collected.includes(contactPointId))],
    ['analogous-products', productCategories.some((category) => categories.includes(category))],
    ['objection-at-collection', contactCollection?.objectionOffered === true],
  ];
  return checks.filter(([, isMet]) => !isMet).map(([condition]) => condition);
}
