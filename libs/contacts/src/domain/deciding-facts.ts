import type {
  ConsentEnding,
  ContactPointFacts,
  GivenConsent,
  InformedFact,
  KnownRestriction,
  RelationshipFact,
  SaidNo,
  SolicitationFact,
  SubjectFacts,
} from './contact-facts.js';

/** The facts that decide whether a person may be contacted; the others are told to readers, and decide nothing. */
export interface DecidingFacts {
  readonly subject:
    Pick<SubjectFacts, 'audience' | 'collection' | 'registeredAt' | 'isErased' | 'revisions'> | undefined;
  readonly contactPoints: readonly Pick<
    ContactPointFacts,
    'contactPointId' | 'kind' | 'use' | 'timeZone' | 'state'
  >[];
  readonly consents: readonly DecidingConsent[];
  readonly nos: readonly DecidingNo[];
  readonly restrictions: readonly Pick<KnownRestriction, 'purposeIds' | 'state' | 'eventId' | 'revision'>[];
  readonly relationships: readonly DecidingRelationship[];
  readonly solicitations: readonly Omit<SolicitationFact, 'purposeId' | 'recordedAt'>[];
  readonly informed: readonly InformedFact[];
}

/** What decides of a consent. */
export type DecidingConsent = Omit<
  GivenConsent,
  | 'recordedAt'
  | 'missing'
  | 'sourceKind'
  | 'indicatedBy'
  | 'collectorId'
  | 'purposeRevision'
  | 'formVersion'
  | 'endings'
> & {
  readonly endings: readonly Pick<ConsentEnding, 'state' | 'at' | 'eventId' | 'revision'>[];
};

/** What decides of a "no". */
export type DecidingNo = Omit<SaidNo, 'recordedAt' | 'sourceKind' | 'stream'>;

/** What decides of a sale, a contract or a step of the person. */
export type DecidingRelationship = Omit<RelationshipFact, 'recordedAt' | 'contactCollection'> & {
  readonly contactCollection: Omit<NonNullable<RelationshipFact['contactCollection']>, 'form'> | null;
};
