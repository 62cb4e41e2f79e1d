import type { Instant } from '#kernel';

/**
 * What the gate judges by: everything known of one person at one moment, without a personal value. Today it is read
 * from the contact state, a past day is folded from the person's streams; facts that did not count yet are not in it.
 */
export interface GateFacts {
  /** An event of the person could not be read: what is here is incomplete. */
  readonly isParked: boolean;
  /** `undefined`: nothing is known of them. */
  readonly subject: PersonFacts | undefined;
  readonly contactPoints: readonly ContactPoint[];
  readonly consents: readonly Consent[];
  readonly nos: readonly No[];
  readonly restrictions: readonly Restriction[];
  readonly relationships: readonly Relationship[];
  readonly solicitations: readonly Solicitation[];
  readonly informed: readonly Informed[];
}

/** Who the person is. */
export interface PersonFacts {
  readonly audience: string | null;
  /** `indirect`: the contact came from somebody else (Art. 14). */
  readonly collection: string | null;
  /** `null`: acts of the person are known, a registration is not. */
  readonly registeredAt: Instant | null;
  /** The identity is past the point of no return. */
  readonly isErased: boolean;
}

/** Where an event stands: what an auditor looks up. */
export interface EventPlace {
  readonly eventId: string;
  readonly revision: number;
}

/** An address or number by its id. */
export interface ContactPoint {
  readonly contactPointId: string;
  readonly kind: string;
  readonly use: string;
  readonly timeZone: string | null;
  readonly state: string;
}

/** A consent as it was given. */
export interface Consent extends EventPlace {
  readonly consentId: string;
  readonly purposeId: string;
  readonly channel: string;
  readonly controllerId: string;
  readonly contactPointIds: readonly string[];
  readonly givenAt: Instant;
  readonly validUntil: Instant | null;
  readonly grade: string;
  readonly goodsNature: readonly string[];
  readonly namedRecipientIds: readonly string[];
  readonly acceptedSlots: readonly { readonly from: Instant; readonly to: Instant }[];
  readonly age: string;
  readonly hasParentalConsent: boolean;
  /** From when on the notice it rests on has changed considerably, so that it needs renewing; `null`: it has not. */
  readonly staleFrom: Instant | null;
  /** How it ended otherwise than by a "no". What counts on the day that is judged is here, and nothing else. */
  readonly endings: readonly ConsentEnding[];
}

/** A consent expired, was revoked by another than the person, or never was valid. */
export interface ConsentEnding extends EventPlace {
  readonly state: 'expired' | 'revoked' | 'invalidated';
  readonly at: Instant;
}

/** A refusal, withdrawal, objection or suppression; `all` and `unknown` cover every purpose, `all` every channel. */
export interface No extends EventPlace {
  readonly kind: 'refused' | 'withdrawn' | 'objected' | 'objected-on-grounds' | 'suppressed';
  readonly purposeId: string;
  readonly channel: string;
  readonly controllerId: string | null;
  /** When it takes effect. */
  readonly at: Instant;
}

/** A restriction of processing (Art. 18). */
export interface Restriction extends EventPlace {
  readonly purposeIds: 'all' | readonly string[];
  readonly state: string;
}

/** A sale, a contract, an account, or any other sign of life between person and data controller. */
export interface Relationship extends EventPlace {
  readonly controllerId: string;
  readonly kind: string;
  readonly productCategories: readonly string[];
  readonly contractId: string | null;
  /** How the contact details were collected on that occasion (CPCE L.34-5 al. 4). */
  readonly contactCollection: {
    readonly direct: boolean;
    readonly contactPointIds: readonly string[];
    readonly objectionOffered: boolean;
  } | null;
  readonly at: Instant;
}

/** An attempt to contact: reserved, released or made. */
export interface Solicitation extends EventPlace {
  readonly attemptId: string;
  readonly controllerId: string;
  readonly channel: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly at: Instant;
  readonly expiresAt: Instant | null;
}

/** The person was informed of the processing of their data: of data from themselves, or from somebody else. */
export interface Informed extends EventPlace {
  readonly controllerId: string;
  readonly article: 'art-13' | 'art-14';
  readonly at: Instant;
}

/** A purpose as it stood at the instant that is judged. */
export interface GatePurpose {
  readonly purposeId: string;
  readonly controllerId: string;
  readonly kind: string;
  readonly sector: string;
  readonly channels: readonly string[];
  readonly variants: readonly {
    readonly variantId: string;
    readonly audiences: readonly string[];
    readonly relations: readonly string[];
    readonly lawfulBasis: string;
  }[];
  readonly productCategories: readonly string[];
  readonly retiredAt?: Instant;
}
