import type { Instant } from '#kernel';
import type { InformationArticle } from '#consent/contract';
import type { RelationshipKind } from '#subjects/contract';

/** A data subject as the ledger knows it; no personal value. */
export interface SubjectFacts {
  readonly audience: string | null;
  readonly collection: string | null;
  readonly sourceKind: string | null;
  /** `null`: acts of the person are known, a registration is not. */
  readonly registeredAt: Instant | null;
  readonly erasureId: string | null;
  /** `unreadable`: every scope of the newest erasure has lost its key. */
  readonly erasureState: 'none' | 'ordered' | 'started' | 'unreadable' | 'erased' | 'completed';
  readonly erasureScopes: readonly string[];
  readonly retained: readonly RetainedScope[];
  /** The identity is past the point of no return. */
  readonly isErased: boolean;
  /** Newest revision of each of the person's streams that is told here. */
  readonly revisions: Readonly<
    Record<'subject' | 'consent' | 'rights' | 'relationship' | 'solicitation' | 'information', number | null>
  >;
}

/** What an erasure leaves in place, and why (Art. 17(3)). */
export interface RetainedScope {
  readonly scope: string;
  readonly ruleId: string;
  readonly ground: string;
  readonly until: string;
}

/** A contact point by its id. */
export interface ContactPointFacts {
  readonly contactPointId: string;
  readonly kind: string;
  readonly system: string | null;
  readonly use: string;
  readonly timeZone: string | null;
  readonly state: 'active' | 'replaced' | 'removed';
  readonly since: Instant;
  readonly until: Instant | null;
}

/** A consent as it was given. */
export interface GivenConsent {
  readonly consentId: string;
  readonly purposeId: string;
  readonly channel: string;
  readonly controllerId: string;
  readonly contactPointIds: readonly string[];
  readonly givenAt: Instant;
  readonly recordedAt: Instant;
  readonly validUntil: Instant | null;
  readonly grade: string;
  readonly missing: readonly string[];
  readonly sourceKind: string;
  readonly indicatedBy: string;
  readonly eventId: string;
  readonly revision: number;
  /** Natures of goods or services it was given for (C. conso. R.223-1). */
  readonly goodsNature: readonly string[];
  readonly namedRecipientIds: readonly string[];
  /** Slots in which the person accepted to be called (D.223-9). */
  readonly acceptedSlots: readonly { readonly from: Instant; readonly to: Instant }[];
  readonly age: string;
  readonly hasParentalConsent: boolean;
  /** Third party that collected it. */
  readonly collectorId: string | null;
  readonly purposeRevision: number;
  readonly formVersion: { readonly formId: string; readonly version: number } | null;
  readonly notice: { readonly noticeId: string; readonly version: number };
  /** How it ended otherwise than by a "no", in the order in which that took effect. */
  readonly endings: readonly ConsentEnding[];
}

/** A consent ended otherwise than by a "no" of the person. */
export interface ConsentEnding {
  readonly state: 'expired' | 'revoked' | 'invalidated';
  /** When it took effect; a consent that is found invalid never counted, whenever that was found. */
  readonly at: Instant;
  readonly recordedAt: Instant;
  readonly eventId: string;
  readonly revision: number;
  readonly by: { readonly kind: 'subject' | 'operator' | 'service' | 'system'; readonly ref: string };
  /** Reason of a revocation, or the defects of a consent that never was valid. */
  readonly reasons: readonly string[];
}

/** A request for consent. */
export interface AskedConsent {
  readonly requestId: string;
  readonly controllerId: string;
  readonly asks: readonly { readonly purposeId: string; readonly channel: string }[];
  /** Address to which the link is sent. */
  readonly contactPointId: string;
  /** Whose words are put; `null`: not told by rows of an earlier version of the program, which are being replaced. */
  readonly formVersion: { readonly formId: string; readonly version: number } | null;
  readonly reason: string;
  readonly requestedAt: Instant;
  readonly expiresAt: Instant;
  readonly answeredAt: Instant | null;
  /** Earlier requests in whose place it stands. */
  readonly supersedes: readonly string[];
  readonly eventId: string;
}

/** Why an answer is a no. `suppressed`: an address of the person stands on the suppression list. */
export type KindOfNo = 'refused' | 'withdrawn' | 'objected' | 'objected-on-grounds' | 'suppressed';

/** A refusal, withdrawal or objection; `all` and `unknown` cover every purpose, `all` every channel. */
export interface SaidNo {
  readonly eventId: string;
  readonly kind: KindOfNo;
  readonly purposeId: string;
  readonly channel: string;
  readonly controllerId: string | null;
  /** When it takes effect: the earlier of when it happened and when it was recorded. */
  readonly at: Instant;
  readonly recordedAt: Instant;
  readonly sourceKind: string;
  /** Stream of the person in which it stands, and where. */
  readonly stream: 'consent' | 'rights';
  readonly revision: number;
}

/** A restriction of processing (Art. 18). */
export interface KnownRestriction {
  readonly restrictionId: string;
  readonly ground: string | null;
  readonly purposeIds: 'all' | readonly string[];
  readonly state: 'standing' | 'lift-notified' | 'lifted';
  readonly since: Instant | null;
  readonly until: Instant | null;
  /** The newest event that restricted, and where it stands in the person's stream of rights. */
  readonly eventId: string;
  readonly revision: number;
}

/** A relation to another pseudonym; never a merge. */
export interface KnownLink {
  readonly otherSubjectId: string;
  readonly relation: string;
  /** Which side named the relation: this subject (`to` the other one), or the other one (`from` it). */
  readonly direction: 'to' | 'from';
  readonly since: Instant | null;
  readonly until: Instant | null;
}

/** Something that happened between the person and a data controller: a sale, a contract, a step of the person. */
export interface RelationshipFact {
  readonly eventId: string;
  readonly revision: number;
  readonly controllerId: string;
  readonly kind: RelationshipKind;
  readonly productCategories: readonly string[];
  readonly contractId: string | null;
  /** How contact details were collected on that occasion (CPCE L.34-5 al. 4); `null`: nobody said. */
  readonly contactCollection: {
    readonly direct: boolean;
    readonly contactPointIds: readonly string[];
    readonly objectionOffered: boolean;
    readonly form: { readonly formId: string; readonly version: number } | null;
  } | null;
  readonly at: Instant;
  readonly recordedAt: Instant;
}

/** A contact with the person; `callsCounted` of the contract of solicitation counts them. */
export interface SolicitationFact {
  readonly attemptId: string;
  readonly controllerId: string;
  /** `unknown`: in words that the ledger does not know. */
  readonly purposeId: string;
  readonly channel: string;
  readonly state: 'reserved' | 'released' | 'made';
  /** How it ended, as told last; `null`: it was not made. */
  readonly outcome: string | null;
  /** When it was made, or reserved. */
  readonly at: Instant;
  /** End of a reservation. */
  readonly expiresAt: Instant | null;
  readonly recordedAt: Instant;
  /** The event that told it last. */
  readonly eventId: string;
  readonly revision: number;
}

/** That the person was informed of the processing of their data (Art. 13, 14): the first time by that article. */
export interface InformedFact {
  readonly controllerId: string;
  readonly article: InformationArticle;
  readonly at: Instant;
  readonly eventId: string;
  readonly revision: number;
}

/** Everything that is known of one person without a personal value: rows of the read model, or of a replay. */
export interface ContactFacts {
  readonly subject: SubjectFacts | undefined;
  readonly contactPoints: readonly ContactPointFacts[];
  readonly consents: readonly GivenConsent[];
  readonly nos: readonly SaidNo[];
  readonly restrictions: readonly KnownRestriction[];
  readonly links: readonly KnownLink[];
  /** Sales, contracts and accounts; of repeated steps of the person the newest of each kind. */
  readonly relationships: readonly RelationshipFact[];
  readonly solicitations: readonly SolicitationFact[];
  /** At most one of each data controller and article. */
  readonly informed: readonly InformedFact[];
  readonly requests: readonly AskedConsent[];
}

/** Of a person of whom nothing is known. */
export const noFacts: ContactFacts = {
  subject: undefined,
  contactPoints: [],
  consents: [],
  nos: [],
  restrictions: [],
  links: [],
  relationships: [],
  solicitations: [],
  informed: [],
  requests: [],
};
