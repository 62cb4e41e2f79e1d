import { Type } from 'typebox';
import { channels } from '#kernel';
import { declareEvents, InstantShape, OneOf, Strict, UuidShape, type EventsOf } from '#event-store/contract';

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

export type SolicitationEvent = EventsOf<typeof solicitationEvents>;
export type ContactMade = Extract<SolicitationEvent, { type: 'ContactMade' }>['data'];

/** Stream of the contacts with one data subject. */
export const solicitationStream = (subjectId: string): string => `solicitation-${subjectId}`;
