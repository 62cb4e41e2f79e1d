import type { Instant } from '#kernel';
import { choiceStates, wideNos, type ChoiceState, type WideNo } from './choice-states.js';
import { relationshipSummaries, type RelationshipSummary } from './relationship-summary.js';
import type {
  ContactFacts,
  ContactPointFacts,
  KnownLink,
  KnownRestriction,
  SaidNo,
  SubjectFacts,
} from './contact-facts.js';

/** What the ledger can say about a person at one instant, without a personal value. */
export interface ContactState {
  /** `not-registered`: acts of the person are known (a "no", for instance), a registration is not. */
  readonly status: 'unknown' | 'not-registered' | 'registered' | 'erased';
  readonly subject: SubjectFacts | undefined;
  readonly contactPoints: readonly ContactPointFacts[];
  readonly choices: readonly ChoiceState[];
  readonly wideNos: readonly WideNo[];
  readonly objections: readonly SaidNo[];
  readonly restrictions: readonly KnownRestriction[];
  readonly links: readonly KnownLink[];
  readonly relationships: readonly RelationshipSummary[];
}

/** The state that follows from the facts; expiry is judged at `at`. The order of the facts does not matter. */
export function contactState(facts: ContactFacts, at: Instant): ContactState {
  const { subject, contactPoints, nos, restrictions, links, relationships } = facts;
  return {
    status: statusOf(facts),
    subject,
    contactPoints: sorted(contactPoints, ({ since, contactPointId }) => `${since} ${contactPointId}`),
    choices: choiceStates(facts, at),
    wideNos: wideNos(nos),
    objections: sorted(nos, ({ at: since, eventId }) => `${since} ${eventId}`).filter(({ kind }) =>
      kind.startsWith('objected'),
    ),
    restrictions: sorted(restrictions, ({ since, restrictionId }) => `${since ?? ''} ${restrictionId}`),
    links: sorted(
      links,
      ({ otherSubjectId, relation, direction }) => `${otherSubjectId} ${relation} ${direction}`,
    ),
    relationships: relationshipSummaries(relationships),
  };
}

function statusOf({ subject }: ContactFacts): ContactState['status'] {
  if (subject === undefined) return 'unknown';
  if (subject.isErased) return 'erased';
  return subject.registeredAt === null ? 'not-registered' : 'registered';
}

function sorted<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const keyed = items.map((item) => [keyOf(item), item] as const);
  return keyed.sort(([a], [b]) => (a === b ? 0 : a < b ? -1 : 1)).map(([, item]) => item);
}
