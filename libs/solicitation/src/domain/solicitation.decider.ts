import { allocatedId, isTelephone, Rejection, type Decider } from '#kernel';
import { callsCounted, isOpen, type ContactMade, type SolicitationEvent } from '../contract.js';
import type {
  RecordContact,
  ReleaseAttempt,
  ReserveAttempt,
  SolicitationCommand,
} from './solicitation.commands.js';
import {
  evolveSolicitation,
  initialSolicitationState,
  telling,
  type SolicitationState,
} from './solicitation-state.js';

const MINUTE_MS = 60_000;

/** Contacts with one person: at most as many calls as the law allows, and every one that was made (C. conso. D.223-9). */
export const solicitationDecider: Decider<SolicitationCommand, SolicitationEvent, SolicitationState> = {
  initialState: initialSolicitationState,
  evolve: evolveSolicitation,
  decide(command, state) {
    switch (command.type) {
      case 'ReserveAttempt':
        return reserveAttempt(command, state);
      case 'RecordContact':
        return recordContact(command, state);
      case 'ReleaseAttempt':
        return releaseAttempt(command, state);
    }
  },
};

/**
 * An open reservation of the same contact is not taken twice; one that ran out or was given back may be taken again.
 * Rejects: `subject-erased`, `attempt-already-used`, `call-limit-reached`.
 */
function reserveAttempt(
  { data, metadata }: ReserveAttempt,
  state: SolicitationState,
): readonly SolicitationEvent[] {
  const { attemptId, subjectId, controllerId, purposeId, channel, lifeMinutes, limit, isErased } = data;
  if (isErased) throw new Rejection('subject-erased');
  // Of two callers the one that was received first may be judged last: what the other one did counts all the same.
  const at = metadata.now > state.latest ? metadata.now : state.latest;
  const own = state.attempts.get(attemptId);
  if (own !== undefined && own.state !== 'released' && (own.state === 'made' || isOpen(own, at))) {
    if (own.state === 'reserved' && isSameContact(own, data)) return [];
    throw new Rejection('attempt-already-used', undefined, '/attemptId');
  }
  if (limit !== undefined && isTelephone(channel)) {
    const { perDays, counts, maxCalls } = limit;
    const counted = callsCounted(state.attempts.values(), { controllerId, at, perDays, counts });
    if (counted >= maxCalls) throw new Rejection('call-limit-reached');
  }
  const expiresAt = new Date(Date.parse(at) + lifeMinutes * MINUTE_MS).toISOString();
  const reserved = { attemptId, subjectId, controllerId, purposeId, channel, occurredAt: at, expiresAt };
  return [{ type: 'ContactAttemptReserved', data: reserved }];
}

/**
 * No limit declines a contact that was made. Saying the same again records nothing; a later outcome of the same attempt
 * is recorded and counts no second time. Where the person asked to stop, nothing at all declines it: a time to come
 * becomes now, and an attempt that stands for another contact gets an id of its own.
 * Rejects all others: `occurred-in-the-future`, `subject-erased`, `attempt-already-used`.
 */
function recordContact(
  { data, metadata }: RecordContact,
  state: SolicitationState,
): readonly SolicitationEvent[] {
  const { contact, isErased } = data;
  const isNo = contact.outcome === 'asked-to-stop';
  const isToCome = contact.occurredAt > metadata.now;
  const isTaken = isAnotherContact(contact, state);
  if (!isNo && isToCome) throw new Rejection('occurred-in-the-future', undefined, '/occurredAt');
  if (!isNo && isErased) throw new Rejection('subject-erased');
  if (!isNo && isTaken) throw new Rejection('attempt-already-used', undefined, '/attemptId');
  const made: ContactMade = {
    ...contact,
    attemptId: isTaken ? ownAttemptId(contact) : contact.attemptId,
    occurredAt: isToCome ? metadata.now : contact.occurredAt,
  };
  const told = state.attempts.get(made.attemptId)?.told ?? [];
  return told.includes(telling(made)) ? [] : [{ type: 'ContactMade', data: made }];
}

/**
 * A reservation that ran out or was given back already needs nothing more.
 * Rejects: `subject-erased`, `attempt-unknown`, `attempt-already-used`.
 */
function releaseAttempt(
  { data, metadata }: ReleaseAttempt,
  state: SolicitationState,
): readonly SolicitationEvent[] {
  const { attemptId, subjectId, reason, isErased } = data;
  if (isErased) throw new Rejection('subject-erased');
  const own = state.attempts.get(attemptId);
  if (own === undefined) throw new Rejection('attempt-unknown', undefined, '/attemptId');
  if (own.state === 'made') throw new Rejection('attempt-already-used', undefined, '/attemptId');
  if (!isOpen(own, metadata.now)) return [];
  const released = { attemptId, subjectId, reason, occurredAt: metadata.now };
  return [{ type: 'ContactReservationReleased', data: released }];
}

type Contact = Pick<ContactMade, 'controllerId' | 'channel'>;

function isSameContact(
  one: { readonly controllerId: string; readonly channel: string },
  other: Contact,
): boolean {
  return one.controllerId === other.controllerId && one.channel === other.channel;
}

/** Whether the attempt was made already, by another data controller or on another channel. */
function isAnotherContact(contact: ContactMade, { attempts }: SolicitationState): boolean {
  const made = attempts.get(contact.attemptId);
  return made?.state === 'made' && !isSameContact(made, contact);
}

/** The same for every repetition. */
function ownAttemptId({ attemptId, controllerId, channel }: ContactMade): string {
  return allocatedId(attemptId, `${controllerId} ${channel}`);
}
