import type { ConsentEvent } from '#consent/contract';
import type { Channel, Instant } from '#kernel';
import type { SuppressionEntered } from '../contract.js';

/** A "no" on one question, as it was said last. */
export interface SaidNo {
  readonly purposeId: string;
  readonly channel: SuppressionEntered['data']['channel'];
  readonly controllerId: string | undefined;
  readonly origin: 'objection' | 'withdrawal' | 'refusal';
  readonly at: Instant;
}

/**
 * What an erasure needs of a history of consents, however long: the last "no" and the last yes on each question, and
 * the last consent of each kind of proof. It grows with the questions, not with the events.
 */
export interface ConsentHistory {
  readonly nos: ReadonlyMap<string, SaidNo>;
  /** Last consent by `<purposeId> <channel>`. */
  readonly yes: ReadonlyMap<string, Instant>;
  readonly consents: readonly { readonly channel: Channel; readonly occurredAt: Instant }[];
}

export const initialConsentHistory: ConsentHistory = { nos: new Map(), yes: new Map(), consents: [] };

/** Total over any order of events. */
export function evolveConsentHistory(history: ConsentHistory, event: ConsentEvent): ConsentHistory {
  switch (event.type) {
    case 'ConsentGiven': {
      const { purposeId, channel, occurredAt } = event.data;
      const question = `${purposeId} ${channel}`;
      const last = history.yes.get(question);
      const yes =
        last !== undefined && last >= occurredAt
          ? history.yes
          : new Map(history.yes).set(question, occurredAt);
      return { ...history, yes, consents: withLast(history.consents, { channel, occurredAt }) };
    }
    case 'ConsentRefused':
    case 'ConsentWithdrawn': {
      const { purposeId, channel, controllerId, occurredAt } = event.data;
      const origin = event.type === 'ConsentRefused' ? 'refusal' : 'withdrawal';
      const no: SaidNo = { purposeId, channel, controllerId, origin, at: occurredAt };
      const last = history.nos.get(questionOf(no));
      return last !== undefined && last.at >= no.at
        ? history
        : { ...history, nos: new Map(history.nos).set(questionOf(no), no) };
    }
    case 'ChoicesCaptured':
      return history;
  }
}

/** The question that a "no" answers, as a key. */
export function questionOf({ purposeId, channel, controllerId }: Omit<SaidNo, 'at' | 'origin'>): string {
  return `${purposeId} ${channel} ${controllerId ?? ''}`;
}

/** Retention counts from the last consent of a channel: the earlier ones end no later. */
function withLast(
  consents: ConsentHistory['consents'],
  consent: ConsentHistory['consents'][number],
): ConsentHistory['consents'] {
  const last = consents.find(({ channel }) => channel === consent.channel);
  if (last !== undefined && last.occurredAt >= consent.occurredAt) return consents;
  return [...consents.filter(({ channel }) => channel !== consent.channel), consent];
}
