import type { Instant, Relation } from '#kernel';
import type { Policy } from '../policy/policy.js';
import type { IsPublicHoliday } from './call-window.js';
import type { ContactPoint, GateFacts, GatePurpose, No, Relationship } from './facts.js';
import type { GateDay } from './gate-day.js';
import type { Question } from './question.js';
import { reachablePoints } from './reach.js';
import { relationOf } from './relation.js';
import { nosOn, nosOnService } from './standing-nos.js';
import { usableConsent, type ConsentFinding } from './usable-consent.js';

/** What a decision is made of. */
export interface GateInput {
  readonly facts: GateFacts;
  /** As it stood at the instant; `undefined`: nobody knows it. */
  readonly purpose: GatePurpose | undefined;
  readonly question: Question;
  readonly policy: Policy;
  readonly isPublicHoliday: IsPublicHoliday;
}

/** A question on a known purpose and day, with all that follows from the facts before a rule is applied. */
export interface GateCase extends GateInput {
  readonly purpose: GatePurpose;
  /** The Europe/Paris day that is judged: law is dated by it. */
  readonly day: GateDay;
  readonly controllerId: string;
  /** Categories of what is offered. */
  readonly categories: readonly string[];
  readonly relation: Relation;
  readonly relationBy: Relationship | undefined;
  /** From when on the relation ages, which becomes a looser one when the retention is over. */
  readonly relationLastAt: Instant | undefined;
  /**
   * The data age from the last sign of life on: it is no message of service, and no contract of the person with the
   * data controller is in performance, whatever it is about.
   */
  readonly isAgeing: boolean;
  /** The variant of the purpose for the person's audience and relation. */
  readonly variant: GatePurpose['variants'][number] | undefined;
  readonly isService: boolean;
  /** The addresses or numbers that may be used. */
  readonly points: readonly ContactPoint[];
  readonly consent: ConsentFinding;
  /** "No"s would stand against the contact if the consent did not lift them: they do again when it ends. */
  readonly isLifting: boolean;
  /** The "no"s that stand against the contact: none of those that a later consent lifts. */
  readonly standingNos: readonly No[];
}

/** Kinds of purpose whose messages are of service unless the sender says otherwise. */
const SERVICE_KINDS = ['service', 'legal'];

/** Draws from the facts what every later step judges by. */
export function gateCase(input: GateInput, purpose: GatePurpose, day: GateDay): GateCase {
  const { facts, question } = input;
  const controllerId = question.controllerId ?? purpose.controllerId;
  const { productCategory } = question.message;
  const categories = productCategory === undefined ? purpose.productCategories : [productCategory];
  const { retainedSince } = day;
  const standing = relationOf(facts, { controllerId, categories, at: question.at, retainedSince });
  const audience = facts.subject?.audience ?? '';
  const variant = purpose.variants.find(
    ({ audiences, relations }) => audiences.includes(audience) && relations.includes(standing.relation),
  );
  const scope = { purposeId: purpose.purposeId, channel: question.channel, controllerId };
  const nos = nosOn(facts, scope);
  const points = reachablePoints(facts.contactPoints, question);
  const { phoneConsent } = day;
  const consent = usableConsent(facts.consents, { question, scope, nos, points, categories, phoneConsent });
  const isService = isOfService(question, purpose);
  const against = isService && variant !== undefined ? nosOnService(nos, variant.lawfulBasis) : nos;
  const isLifting = 'consent' in consent && against.length > 0;
  return {
    facts,
    purpose,
    question,
    policy: input.policy,
    isPublicHoliday: input.isPublicHoliday,
    day,
    controllerId,
    categories,
    relation: standing.relation,
    relationBy: standing.decidedBy,
    relationLastAt: standing.lastAt,
    isAgeing: !isService && !standing.isUnderContract,
    variant,
    isService,
    points,
    consent,
    isLifting,
    standingNos: 'consent' in consent ? [] : against,
  };
}

/** A purpose of prospecting carries no message of service, whatever the sender says of it. */
function isOfService({ message }: Question, { kind }: GatePurpose): boolean {
  if (kind === 'prospecting') return false;
  return message.nature === undefined ? SERVICE_KINDS.includes(kind) : message.nature === 'service';
}
