import type { Instant, Relation } from '#kernel';
import type { GateFacts, Relationship } from './facts.js';
import { newest } from './newest.js';

/** What ties the person to the data controller, and the event that says so. */
export interface StandingRelation {
  readonly relation: Relation;
  readonly decidedBy?: Relationship;
  /** The last dealing, where the relation becomes a looser one when the retention that begins with it is over. */
  readonly lastAt?: Instant | undefined;
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
  const { controllerId, at, retainedSince } = question;
  const own = known.relationships.filter((one) => one.controllerId === controllerId && one.at <= at);
  const account = newest(own, atOf, ({ kind }) => kind === 'account-opened');
  const dealings = own.filter(({ kind }) => kind === 'sale' || kind === 'contract-started');
  const isCurrent = (one: Relationship): boolean => {
    const endedAt = endOf(one, own);
    return isOngoing(one, endedAt) || (endedAt ?? one.at) >= retainedSince;
  };
  const related = newest(
    dealings,
    atOf,
    (one) => isAnalogous(one, question) && isOngoing(one, endOf(one, own)),
  );
  if (related !== undefined) return { relation: 'contract-ongoing-related', decidedBy: related };
  const similar = newest(dealings, atOf, (one) => isAnalogous(one, question) && isCurrent(one));
  if (similar !== undefined) return customer('customer-similar', similar, own);
  const other = newest(dealings, atOf, isCurrent);
  if (other !== undefined) return customer('customer-other', other, own);
  const former = newest(dealings, atOf, () => true);
  if (former !== undefined) return { relation: 'former-customer', decidedBy: former };
  if (account !== undefined) return { relation: 'account-only', decidedBy: account };
  return { relation: known.subject?.collection === 'indirect' ? 'third-party-list' : 'none' };
}

function customer(
  relation: Relation,
  decidedBy: Relationship,
  own: readonly Relationship[],
): StandingRelation {
  const endedAt = endOf(decidedBy, own);
  const lastAt = isOngoing(decidedBy, endedAt) ? undefined : (endedAt ?? decidedBy.at);
  return { relation, decidedBy, lastAt };
}

function isOngoing({ kind }: Relationship, endedAt: Instant | undefined): boolean {
  return kind === 'contract-started' && endedAt === undefined;
}

/** When a contract ended; at one instant the end wins over the beginning. */
function endOf(contract: Relationship, own: readonly Relationship[]): Instant | undefined {
  return newest(
    own,
    atOf,
    ({ kind, contractId, at }) =>
      kind === 'contract-ended' && contractId === contract.contractId && at >= contract.at,
  )?.at;
}

function isAnalogous({ productCategories }: Relationship, { categories }: RelationQuestion): boolean {
  return productCategories.some((category) => categories.includes(category));
}
