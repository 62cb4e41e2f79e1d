import type { ConsentEvent, ConsentGiven } from '#consent/contract';
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

/** Things in the order in which they were told, newest first; adding one copies nothing, however long the history. */
interface Chain<T> {
  readonly newest: T;
  readonly before: Chain<T> | undefined;
}

/** What an erasure needs of a history of consents: the last "no" on each question, and the consents that may lift it. */
export interface ConsentHistory {
  readonly nos: ReadonlyMap<string, SaidNo>;
  /** Consents by `<purposeId> <channel>`, those that ended among them. */
  readonly yes: ReadonlyMap<string, Chain<{ readonly consentId: string; readonly at: Instant }>>;
  /** Consents that expired, were revoked or found invalid. */
  readonly ended: Chain<string> | undefined;
  /** The last consent of each channel. */
  readonly consents: readonly { readonly channel: Channel; readonly occurredAt: Instant }[];
}

export const initialConsentHistory: ConsentHistory = {
  nos: new Map(),
  yes: new Map(),
  ended: undefined,
  consents: [],
};

/** Total over any order of events. */
export function evolveConsentHistory(history: ConsentHistory, event: ConsentEvent): ConsentHistory {
  switch (event.type) {
    case 'ConsentGiven':
      return withConsent(history, event.data);
    case 'ConsentRefused':
    case 'ConsentWithdrawn':
      return withNo(history, event);
    case 'ConsentExpired':
    case 'ConsentRevoked':
    case 'ConsentInvalidated':
      return { ...history, ended: { newest: event.data.consentId, before: history.ended } };
    case 'ChoicesCaptured':
    case 'ConsentRequested':
    case 'ConsentRequestAnswered':
      return history;
  }
}

function withConsent(
  history: ConsentHistory,
  { consentId, purposeId, channel, occurredAt }: ConsentGiven,
): ConsentHistory {
  const question = `${purposeId} ${channel}`;
  const newest = { consentId, at: occurredAt };
  const yes = new Map(history.yes).set(question, { newest, before: history.yes.get(question) });
  return { ...history, yes, consents: withLast(history.consents, { channel, occurredAt }) };
}

function withNo(
  history: ConsentHistory,
  event: Extract<ConsentEvent, { type: 'ConsentRefused' | 'ConsentWithdrawn' }>,
): ConsentHistory {
  const { purposeId, channel, controllerId, occurredAt } = event.data;
  const origin = event.type === 'ConsentRefused' ? 'refusal' : 'withdrawal';
  const no: SaidNo = { purposeId, channel, controllerId, origin, at: occurredAt };
  const last = history.nos.get(questionOf(no));
  return last !== undefined && last.at >= no.at
    ? history
    : { ...history, nos: new Map(history.nos).set(questionOf(no), no) };
}

/**
 * The last consent by `<purposeId> <channel>` that has not ended. One that ended lifts nothing any more: what the person
 * had refused before it stands again, as it does at the gate.
 */
export function lastStandingYes({ yes, ended }: ConsentHistory): ReadonlyMap<string, Instant> {
  const endedIds = new Set(itemsOf(ended));
  const last = new Map<string, Instant>();
  for (const [question, consents] of yes) {
    for (const { consentId, at } of itemsOf(consents)) {
      if (!endedIds.has(consentId) && at > (last.get(question) ?? '')) last.set(question, at);
    }
  }
  return last;
}

function* itemsOf<T>(chain: Chain<T> | undefined): Iterable<T> {
  for (let link = chain; link !== undefined; link = link.before) yield link.newest;
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
