import { Type } from 'typebox';
import { channels } from '#kernel';
import {
  declareEvents,
  InstantShape,
  OneOf,
  Sha256Shape,
  SlugShape,
  Strict,
  UuidShape,
  type EventsOf,
} from '#event-store/contract';

export {
  callsCounted,
  countedCalls,
  isOpen,
  type CallCount,
  type CallCounting,
  type CallLimit,
  type CountedContact,
} from './contract/call-count.js';

/** How a contact ended, as far as the sender knows. `asked-to-stop` is a "no", and is recorded as one beside. */
export const contactOutcomes = [
  'sent',
  'delivered',
  'answered',
  'no-answer',
  'busy',
  'wrong-number',
  'bounced',
  'refused',
  'asked-to-stop',
] as const;
export type ContactOutcome = (typeof contactOutcomes)[number];

/** Why a reserved contact was not made. */
export const releaseReasons = ['not-made', 'cancelled'] as const;
export type ReleaseReason = (typeof releaseReasons)[number];

const attempt = {
  /** Chosen by the sender; it names one contact, from its reservation to its end. */
  attemptId: UuidShape,
  subjectId: UuidShape,
  /** The professional on whose account the contact is counted. */
  controllerId: UuidShape,
};

/** Events that decided are named up to this number. */
export const MAX_DECIDING = 50;

/** What is asked of the gate, of one person or of a whole file. */
const question = {
  purposeId: UuidShape,
  channel: OneOf(channels),
  /** Absent: the data controller of the purpose. */
  controllerId: Type.Optional(UuidShape),
};
const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** What a person is asked to bear: contacts reserved, given back, and made. One stream per person. */
export const solicitationEvents = declareEvents('solicitation', {
  ContactAttemptReserved: {
    version: 1,
    category: 'solicitation',
    meaning:
      'A place for one contact was taken beforehand, so that two callers cannot both make the last call that is allowed. It ends by itself.',
    data: Strict({
      ...attempt,
      purposeId: UuidShape,
      channel: OneOf(channels),
      occurredAt: InstantShape,
      /** From this instant on it counts for nothing. */
      expiresAt: InstantShape,
    }),
  },
  ContactReservationReleased: {
    version: 1,
    category: 'solicitation',
    meaning: 'A reserved contact was not made: its place is free again.',
    data: Strict({
      attemptId: UuidShape,
      subjectId: UuidShape,
      reason: OneOf(releaseReasons),
      occurredAt: InstantShape,
    }),
  },
  ContactMade: {
    version: 1,
    category: 'solicitation',
    meaning:
      'The person was contacted, or it was tried. A fact: recorded also where it should not have happened. The same attempt may be told again as its outcome becomes known; it is one contact.',
    data: Strict({
      ...attempt,
      /** The purpose as the sender names it; `unknown`: in words that the ledger does not know. */
      purposeId: Type.Union([UuidShape, Type.Literal('unknown')]),
      channel: OneOf(channels),
      /** The number or address that was used. */
      contactPointId: Type.Optional(UuidShape),
      direction: OneOf(['outbound']),
      outcome: OneOf(contactOutcomes),
      /** The call centre or agency that made it for the data controller. */
      onBehalfOfId: Type.Optional(UuidShape),
      occurredAt: InstantShape,
    }),
  },
});

/** What was asked of the gate and answered, kept as evidence: of one person, or of a whole file. */
export const decisionEvents = declareEvents('solicitation', {
  DecisionRecorded: {
    version: 1,
    category: 'decision',
    meaning:
      'It was asked whether the person may be contacted, and this was the answer: evidence that the sender asked. It permits and forbids nothing itself.',
    data: Strict({
      decisionId: UuidShape,
      subjectId: UuidShape,
      ...question,
      permitted: Type.Boolean(),
      /** Codes of everything that stood against the contact, the weightiest first; none where it was permitted. */
      reasons: Type.Array(SlugShape, { maxItems: 100 }),
      /** The rule that was applied; absent where none was. */
      ruleId: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$', maxLength: 40 })),
      policyVersion: SlugShape,
      decidingEventIds: Type.Array(UuidShape, { maxItems: MAX_DECIDING }),
      /** The instant that was judged. */
      at: InstantShape,
      /** When it was asked. */
      occurredAt: InstantShape,
    }),
  },
  ScrubRecorded: {
    version: 1,
    category: 'scrub',
    meaning:
      'A campaign file was answered row by row. The root commits to every row and its answer and names nobody; who has the file, the answers and the salt can prove each row.',
    data: Strict({
      scrubId: UuidShape,
      ...question,
      policyVersion: SlugShape,
      rows: Count,
      permitted: Count,
      refused: Count,
      /** Rows that could not be read, and so were not permitted either. */
      unreadable: Count,
      /** Merkle root (RFC 6962 §2.1) over the salted hashes of the rows, in their order. */
      root: Sha256Shape,
      /** The instant that was judged. */
      at: InstantShape,
      startedAt: InstantShape,
      /** When the last row was answered. */
      occurredAt: InstantShape,
    }),
  },
});

export type SolicitationEvent = EventsOf<typeof solicitationEvents>;
export type ContactMade = Extract<SolicitationEvent, { type: 'ContactMade' }>['data'];

export type DecisionEvent = EventsOf<typeof decisionEvents>;
export type DecisionRecorded = Extract<DecisionEvent, { type: 'DecisionRecorded' }>;
export type ScrubRecorded = Extract<DecisionEvent, { type: 'ScrubRecorded' }>;

/** Stream of the recorded decisions about one data subject. */
export const decisionStream = (subjectId: string): string => `decision-${subjectId}`;

/** Stream of one scrub of a campaign file. */
export const scrubStream = (scrubId: string): string => `scrub-${scrubId}`;

/** Stream of the contacts with one data subject. */
export const solicitationStream = (subjectId: string): string => `solicitation-${subjectId}`;
