import type { ContactPoint, Relationship } from './facts.js';
import { isNewer } from './newest.js';

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
 * Whether a sale or contract of the data controller itself meets the conditions for the addresses that may be used, for
 * each of them. Four of the seven are judged here. That the supplier is the same is the choice of the sales that are
 * given, and of the rule where somebody else's goods are offered; that nobody objected since is judged with every other
 * "no"; that each message offers the same chance is a duty of who sends it.
 */
export function softOptIn(
  sales: readonly Relationship[],
  points: readonly ContactPoint[],
  categories: readonly string[],
): SoftOptIn {
  let best: Required<SoftOptIn> | undefined;
  for (const sale of sales) {
    const missing = missingOf(sale, points, categories);
    const more = best === undefined ? -1 : missing.length - best.missing.length;
    if (best === undefined || more < 0 || (more === 0 && isNewer(sale, best.sale, ({ at }) => at))) {
      best = { sale, missing };
    }
  }
  return best ?? { missing: ['on-a-sale-or-service'] };
}

function missingOf(
  { contactCollection, productCategories }: Relationship,
  points: readonly ContactPoint[],
  categories: readonly string[],
): readonly SoftOptInCondition[] {
  const collected = contactCollection?.contactPointIds ?? [];
  const missing: SoftOptInCondition[] = [];
  if (contactCollection?.direct !== true) missing.push('collected-from-the-person');
  if (points.length === 0 || !points.every(({ contactPointId }) => collected.includes(contactPointId))) {
    missing.push('on-a-sale-or-service');
  }
  if (!productCategories.some((category) => categories.includes(category))) {
    missing.push('analogous-products');
  }
  if (contactCollection?.objectionOffered !== true) missing.push('objection-at-collection');
  return missing;
}
