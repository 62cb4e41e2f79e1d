import type { Channel, ContactPointKind, Instant, Language, LawfulBasis, Audience } from '#kernel';

/** What consent needs to know of other contexts; the shell reads it from their streams. */
export interface SubjectFacts {
  readonly status: 'registered' | 'unknown' | 'erased';
  readonly audience?: Audience;
  /** Those that stood when the act happened, and those that stand now. */
  readonly contactPoints: readonly {
    readonly contactPointId: string;
    readonly kind: ContactPointKind;
    /** It became one after the act, which covers it only if the person named it. */
    readonly isLater?: true;
  }[];
}

/** A purpose at one revision of its stream: the one that was in force when the act happened. */
export interface PurposeFacts {
  readonly purposeId: string;
  readonly revision: number;
  readonly controllerId: string;
  readonly channels: readonly Channel[];
  readonly variants: readonly {
    readonly audiences: readonly Audience[];
    readonly lawfulBasis: LawfulBasis;
  }[];
  readonly namedRecipientIds: readonly string[];
  readonly retiredAt?: Instant;
}

/** A published version of a notice. */
export interface NoticeFacts {
  readonly noticeId: string;
  readonly version: number;
  readonly texts: readonly { readonly language: Language; readonly sha256: string }[];
  /** Nobody can have been given it before. */
  readonly effectiveFrom: Instant;
}

/** A published version of a collection form. */
export interface FormFacts {
  readonly formId: string;
  readonly version: number;
  readonly language: Language;
  readonly validFrom: Instant;
  readonly validUntil?: Instant;
  readonly method: string;
  readonly defaultState: 'unchecked' | 'not-applicable';
  readonly notice: { readonly noticeId: string; readonly version: number; readonly sha256: string };
  readonly offers: readonly {
    readonly purposeId: string;
    readonly channels: readonly Channel[];
    readonly label: string;
    readonly goodsNature?: readonly string[];
  }[];
  readonly collectorId?: string;
  readonly withdrawalMethods: readonly string[];
  readonly validityMonths?: number;
  readonly shown: {
    readonly withdrawalRight: boolean;
    readonly durableMedium: boolean;
    readonly professionalIdentity: boolean;
    readonly choiceOffered: boolean;
  };
}
