import type { Day, Instant, Relation } from '#kernel';
import type { GateFacts, Relationship } from './facts.js';
import { newestFirst } from './newest-first.js';
import { endOfRetention, lastDayOfRetention } from './retention.js';

/** What ties the person to the data controller, and the event that says so. */
export interface StandingRelation {
  readonly relation: Relation;
  readonly decidedBy?: Relationship;
  /** When it becomes a looser one by the mere passing of time. */
  readonly until?: Instant;
}

/** For whom, when, and about which products the relation is asked. */
export interface RelationQuestion {
  readonly controllerId: string;
  readonly at: Instant;
  /** The Europe/Paris day of that instant. */
  readonly today: Day;
  /** Categories of what is offered; none: nothing can be called analogous to it. */
  readonly categories: readonly string[];
  /** Years after which a customer is a former one. */
  readonly retentionYears: number;
}

type Known = Pick<GateFacts, 'relationships' | 'subject'>;

/**
 * The relation in the sense of the rules on prospecting, from what the ledger knows alone. The closest one counts: a
 * contract in performance about what is offered, a sale of the analogous, any other sale or contract within
 * retention, an older one, an account, a contact that somebody else passed on, none.
 */
export function relationOf(known: Known, question: RelationQuestion): StandingRelation {
  const own = known.relationships
    .filter(({ controllerId, at }) => controllerId === question.controllerId && at <= question.at)
    .sort(newestFirst(({ at }) => at));
  const dealings = own.filter(({ kind }) => kind === 'sale' || kind === 'contract-started');
  const ongoing = dealings.filter((one) => one.kind === 'contract-started' && endOf(one, own) === undefined);
  const related = ongoing.find((contract) => isAnalogous(contract, question));
  if (related !== undefined) return { relation: 'contract-ongoing-related', decidedBy: related };
  const lastAt = (one: Relationship): Instant => endOf(one, own) ?? one.at;
  const current = dealings.filter((one) => ongoing.includes(one) || isWithin(lastAt(one), question));
  const similar = current.find((one) => isAnalogous(one, question));
  const customer = similar ?? current[0];
  if (customer !== undefined) {
    return {
      relation: similar === undefined ? 'customer-other' : 'customer-similar',
      decidedBy: customer,
      ...(ongoing.includes(customer)
        ? {}
        : { until: endOfRetention(lastAt(customer), question.retentionYears) }),
    };
  }
  if (dealings[0] !== undefined) return { relation: 'former-customer', decidedBy: dealings[0] };
  const account = own.find(({ kind }) => kind === 'account-opened');
  if (account !== undefined) return { relation: 'account-only', decidedBy: account };
  return { relation: known.subject?.collection === 'indirect' ? 'third-party-list' : 'none' };
}

/** When a contract ended; at one instant the end wins over the beginning. */
function endOf(contract: Relationship, own: readonly Relationship[]): Instant | undefined {
  return own.find(
    ({ kind, contractId, at }) =>
      kind === 'contract-ended' && contractId === contract.contractId && at >= contract.at,
  )?.at;
}

function isAnalogous({ productCategories }: Relationship, { categories }: RelationQuestion): boolean {
  return productCategories.some((category) => categories.includes(category));
}

function isWithin(lastAt: Instant, question: RelationQuestion): boolean {
  return lastDayOfRetention(lastAt, question.retentionYears) >= question.today;
}
