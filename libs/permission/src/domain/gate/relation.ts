import type { Instant, Relation } from '#kernel';
import type { GateFacts, Relationship } from './facts.js';
import { isNewer, newest } from './newest.js';

/** What ties the person to the data controller, and the event that says so. */
export interface StandingRelation {
  readonly relation: Relation;
  readonly decidedBy?: Relationship;
  /** The last dealing, where the relation becomes a looser one when the retention that begins with it is over. */
  readonly lastAt?: Instant | undefined;
  /** A contract with the data controller is in performance, about what is offered or not. */
  readonly isUnderContract: boolean;
}

/** For whom, when, and about which products the relation is asked. */
export interface RelationQuestion {
  readonly controllerId: string;
  readonly at: Instant;
  /** Categories of what is offered; none: nothing can be called analogous to it. */
  readonly categories: readonly string[];
  /** Whose last dealing is older is a former customer. */
  readonly retainedSince: Instant;
}

const atOf = ({ at }: Relationship): Instant => at;

type Known = Pick<GateFacts, 'relationships' | 'subject'>;

/**
 * The relation in the sense of the rules on prospecting, from what the ledger knows alone. The closest one counts: a
 * contract in performance about what is offered, a sale of the analogous, any other sale or contract within
 * retention, an older one, an account, a contact that somebody else passed on, none.
 */
export function relationOf(known: Known, question: RelationQuestion): StandingRelation {
  const { controllerId, at } = question;
  const own = known.relationships.filter((one) => one.controllerId === controllerId && one.at <= at);
  const ends = own.filter(({ kind }) => kind === 'contract-ended');
  const { isUnderContract, related, similar, other, former } = closestOf(own, ends, question);
  if (related !== undefined) {
    return { relation: 'contract-ongoing-related', decidedBy: related, isUnderContract };
  }
  if (similar !== undefined) return customer('customer-similar', similar, ends, isUnderContract);
  if (other !== undefined) return customer('customer-other', other, ends, isUnderContract);
  if (former !== undefined) return { relation: 'former-customer', decidedBy: former, isUnderContract };
  const account = newest(own, atOf, ({ kind }) => kind === 'account-opened');
  if (account !== undefined) return { relation: 'account-only', decidedBy: account, isUnderContract };
  const relation = known.subject?.collection === 'indirect' ? 'third-party-list' : 'none';
  return { relation, isUnderContract };
}

/** The newest dealing of each closeness, and whether one of them is a contract in performance. */
interface Closest {
  isUnderContract: boolean;
  related?: Relationship;
  similar?: Relationship;
  other?: Relationship;
  former?: Relationship;
}

function closestOf(
  own: readonly Relationship[],
  ends: readonly Relationship[],
  question: RelationQuestion,
): Closest {
  const found: Closest = { isUnderContract: false };
  for (const one of own) {
    if (one.kind !== 'sale' && one.kind !== 'contract-started') continue;
    const endedAt = endOf(one, ends);
    const isStanding = isOngoing(one, endedAt);
    if (isStanding) found.isUnderContract = true;
    found.former = newerOf(found.former, one);
    if (!isStanding && (endedAt ?? one.at) < question.retainedSince) continue;
    found.other = newerOf(found.other, one);
    if (!isAnalogous(one, question)) continue;
    found.similar = newerOf(found.similar, one);
    if (isStanding) found.related = newerOf(found.related, one);
  }
  return found;
}

function newerOf(found: Relationship | undefined, one: Relationship): Relationship {
  return found === undefined || isNewer(one, found, atOf) ? one : found;
}

function customer(
  relation: Relation,
  decidedBy: Relationship,
  ends: readonly Relationship[],
  isUnderContract: boolean,
): StandingRelation {
  const endedAt = endOf(decidedBy, ends);
  const lastAt = isOngoing(decidedBy, endedAt) ? undefined : (endedAt ?? decidedBy.at);
  return { relation, decidedBy, lastAt, isUnderContract };
}

function isOngoing({ kind }: Relationship, endedAt: Instant | undefined): boolean {
  return kind === 'contract-started' && endedAt === undefined;
}

/** When a contract ended; at one instant the end wins over the beginning. */
function endOf(contract: Relationship, ends: readonly Relationship[]): Instant | undefined {
  if (ends.length === 0) return undefined;
  return newest(ends, atOf, ({ contractId, at }) => contractId === contract.contractId && at >= contract.at)
    ?.at;
}

function isAnalogous({ productCategories }: Relationship, { categories }: RelationQuestion): boolean {
  return productCategories.some((category) => categories.includes(category));
}
