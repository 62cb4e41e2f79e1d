import type { Channel, Command, ExpressionMethod, Indicator, Language } from '#kernel';
import type { EvidenceRef } from '#event-store/contract';
import type { ConsentEvent, ConsentGiven, Proof, Source } from '../contract.js';
import type { FormFacts, NoticeFacts, PurposeFacts, SubjectFacts } from './facts.js';

type EventData<T extends ConsentEvent['type']> = Extract<ConsentEvent, { type: T }>['data'];

/** What a consent rests on: a published form version, or a notice version and how the person expressed themselves. */
export type Basis =
  | {
      readonly kind: 'form';
      readonly form: FormFacts | undefined;
      readonly notice: NoticeFacts | undefined;
      /** How the person expressed themselves, where it was not on the form itself: on a page that a link leads to. */
      readonly expression?: Pick<Proof['expression'], 'method' | 'defaultState'>;
    }
  | {
      readonly kind: 'notice';
      readonly notice: NoticeFacts | undefined;
      readonly language: Language;
      readonly method: ExpressionMethod;
      readonly defaultState: 'checked' | 'unchecked' | 'not-applicable';
      /** The words beside the box, or what was asked aloud. */
      readonly label: string;
      readonly labelSha256: string;
      readonly withdrawalMethods: readonly string[];
    };

/** What is the same for every consent of one act. */
export interface Act {
  readonly actId: string;
  readonly subjectId: string;
  readonly subject: SubjectFacts;
  readonly basis: Basis;
  readonly indicatedBy: Indicator;
  readonly age: ConsentGiven['age'];
  readonly parentalConsent?: EvidenceRef;
  readonly source: Source;
  readonly occurredAt: string;
  readonly evidence?: readonly EvidenceRef[];
}

/** The person agrees to one purpose on some channels. */
export interface Agreement {
  readonly purpose: PurposeFacts | undefined;
  readonly controllerId?: string;
  readonly collectorId?: string;
  readonly channels: readonly { readonly channel: Channel; readonly consentId: string }[];
  /** Absent: every contact point of the person that the channel reaches. */
  readonly contactPointIds?: readonly string[];
  readonly goodsNature?: readonly string[];
  readonly consentType: 'expressed' | 'explicit';
  readonly validUntil?: string;
  readonly acceptedSlots?: readonly { readonly from: string; readonly to: string }[];
  /** SHA-256 of the words of the form's offer for this purpose; made by the shell from the form version. */
  readonly offerLabelSha256?: string;
}

/** Records that a person gave consent to one purpose (Art. 7(1)). */
export type GiveConsent = Command<'GiveConsent', Act & { readonly agreement: Agreement }>;

/** Records all choices of one submitted form in one atomic act. */
export type CaptureChoices = Command<
  'CaptureChoices',
  Act & {
    readonly answers: readonly {
      readonly purposeId: string;
      readonly channel: Channel;
      readonly choice: 'given' | 'refused' | 'not-answered';
    }[];
    readonly agreements: readonly Agreement[];
    readonly servedAt?: string;
    /** Where the form is confirmed by a click (`double-opt-in`): to which address, and until when. */
    readonly confirmation?: {
      readonly requestId: string;
      readonly contactPointId: string;
      readonly expiresAt: string;
    };
  }
>;

/** Records a refusal. Never declined. */
export type RefuseConsent = Command<'RefuseConsent', EventData<'ConsentRefused'>>;

/** Records a withdrawal (Art. 7(3)). Never declined. */
export type WithdrawConsent = Command<'WithdrawConsent', EventData<'ConsentWithdrawn'>>;

/** Asks a person for consent by a link to an address of theirs; the words are those of the form. */
export type RequestConsent = Command<
  'RequestConsent',
  Omit<EventData<'ConsentRequested'>, 'asks' | 'form' | 'controllerId' | 'supersedes'> & {
    /** Whether this request takes the place of those that put one of its questions by the same address. */
    readonly supersede: boolean;
    /** Earlier requests whose form version is in use no more: a yes to them counts no more. */
    readonly endedRequestIds: readonly string[];
    readonly subject: SubjectFacts;
    readonly form: FormFacts | undefined;
    readonly asks: readonly {
      readonly purposeId: string;
      readonly channel: Channel;
      readonly purpose: PurposeFacts | undefined;
    }[];
  }
>;

/**
 * Records the answer to a request. `subject` is the person as of now: the yes counts only while they have the address
 * to which the link was sent. The basis is the form version that the request names.
 */
export type AnswerConsentRequest = Command<
  'AnswerConsentRequest',
  Act & {
    readonly requestId: string;
    readonly answers: EventData<'ConsentRequestAnswered'>['answers'];
    /** One for each answer that says yes. */
    readonly agreements: readonly Agreement[];
  }
>;

/** Notes that a consent has reached its stated end; given by the ledger's own clock. */
export type ExpireConsent = Command<
  'ExpireConsent',
  { readonly subjectId: string; readonly consentId: string }
>;

/** Ends a consent otherwise than by the person's own "no", from an instant on. */
export type RevokeConsent = Command<
  'RevokeConsent',
  Omit<EventData<'ConsentRevoked'>, 'purposeId' | 'channel' | 'controllerId'>
>;

/** Says that a consent never was a valid one. */
export type InvalidateConsent = Command<
  'InvalidateConsent',
  Omit<EventData<'ConsentInvalidated'>, 'purposeId' | 'channel' | 'controllerId'>
>;

export type ConsentCommand =
  | GiveConsent
  | CaptureChoices
  | RefuseConsent
  | WithdrawConsent
  | RequestConsent
  | AnswerConsentRequest
  | ExpireConsent
  | RevokeConsent
  | InvalidateConsent;
