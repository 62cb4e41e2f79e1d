import type { Instant } from '#kernel';
import type { ContactMade, CountedContact, SolicitationEvent } from '../contract.js';

/** One attempt with what was told of it. */
export interface Attempt extends CountedContact {
  readonly attemptId: string;
  readonly state: 'reserved' | 'released' | 'made';
  /** Outcome and purpose of each telling, so that saying the same again records nothing. */
  readonly told: readonly string[];
}

/** What a person was asked to bear; built from `solicitation-<subject>` alone. */
export interface SolicitationState {
  readonly attempts: ReadonlyMap<string, Attempt>;
  /** Latest instant that any event tells: a later decision is never dated before it. */
  readonly latest: Instant;
}

export const initialSolicitationState: SolicitationState = { attempts: new Map(), latest: '' };

/** Total over any order of events; a contact that was made stays made. */
export function evolveSolicitation(state: SolicitationState, event: SolicitationEvent): SolicitationState {
  const { attemptId, occurredAt } = event.data;
  const next = evolveAttempt(state.attempts.get(attemptId), event);
  return {
    attempts: next === undefined ? state.attempts : new Map(state.attempts).set(attemptId, next),
    latest: occurredAt > state.latest ? occurredAt : state.latest,
  };
}

function evolveAttempt(before: Attempt | undefined, event: SolicitationEvent): Attempt | undefined {
  switch (event.type) {
    case 'ContactAttemptReserved': {
      if (before?.state === 'made') return before;
      const { attemptId, controllerId, channel, occurredAt: at, expiresAt } = event.data;
      return { attemptId, controllerId, channel, state: 'reserved', outcome: null, at, expiresAt, told: [] };
    }
    case 'ContactReservationReleased':
      return before?.state === 'reserved' ? { ...before, state: 'released' } : before;
    case 'ContactMade': {
      const { attemptId, controllerId, channel, outcome, occurredAt: at } = event.data;
      const told = [...(before?.told ?? []), telling(event.data)];
      return { attemptId, controllerId, channel, state: 'made', outcome, at, expiresAt: null, told };
    }
  }
}

/** What is told of a contact, without when: a repetition often comes with another time. */
export function telling({ outcome, purposeId }: Pick<ContactMade, 'outcome' | 'purposeId'>): string {
  return `${outcome} ${purposeId}`;
}
