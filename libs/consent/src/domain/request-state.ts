import type { Channel, Instant } from '#kernel';
import type { ConsentEvent } from '../contract.js';

type Requested = Extract<ConsentEvent, { type: 'ConsentRequested' }>['data'];
type Answered = Extract<ConsentEvent, { type: 'ConsentRequestAnswered' }>['data'];

/** One request for consent, as far as its answer needs it. */
export interface KnownRequest {
  readonly requestId: string;
  /** What was asked; absent: only its answer is known, which ends it all the same. */
  readonly asked?: {
    readonly asks: readonly { readonly purposeId: string; readonly channel: Channel }[];
    readonly contactPointId: string;
    readonly form: { readonly formId: string; readonly version: number };
    readonly occurredAt: Instant;
    readonly expiresAt: Instant;
  };
  /** The request that stands in its place: a link of one that was superseded takes no yes. */
  readonly supersededBy?: string;
  /** The act of its first answer: a request is answered once. */
  readonly answeredBy?: string;
}

/**
 * Total over any order of events: a request is answered from its first answer on, and superseded from the first that
 * names it, wherever its question stands.
 */
export function evolveRequests(
  requests: ReadonlyMap<string, KnownRequest>,
  event: Extract<ConsentEvent, { data: Requested | Answered }>,
): ReadonlyMap<string, KnownRequest> {
  const { requestId } = event.data;
  const known = requests.get(requestId) ?? { requestId };
  const next = new Map(requests).set(requestId, { ...known, ...told(known, event) });
  for (const older of supersededBy(event)) {
    next.set(older, { requestId: older, supersededBy: requestId, ...next.get(older) });
  }
  return next;
}

function supersededBy(event: Extract<ConsentEvent, { data: Requested | Answered }>): readonly string[] {
  return event.type === 'ConsentRequested' ? (event.data.supersedes ?? []) : [];
}

function told(
  { asked, answeredBy }: KnownRequest,
  event: Extract<ConsentEvent, { data: Requested | Answered }>,
): Partial<KnownRequest> {
  if (event.type === 'ConsentRequestAnswered') return { answeredBy: answeredBy ?? event.data.actId };
  if (asked !== undefined) return {};
  const { asks, contactPointId, form, occurredAt, expiresAt } = event.data;
  return { asked: { asks, contactPointId, form, occurredAt, expiresAt } };
}

/** A question to a person, and the address to which it goes. */
export interface PutTo {
  readonly contactPointId: string;
  readonly asks: readonly { readonly purposeId: string; readonly channel: Channel }[];
}

/** Requests that put one of these questions by the same address and to which a yes would still count by their end. */
export function openRequestsOn(
  requests: ReadonlyMap<string, KnownRequest>,
  { contactPointId, asks }: PutTo,
  now: Instant,
): readonly Required<Pick<KnownRequest, 'requestId' | 'asked'>>[] {
  return [...requests.values()].flatMap(({ requestId, asked, answeredBy, supersededBy: newer }) => {
    if (asked === undefined || answeredBy !== undefined || newer !== undefined) return [];
    const isSame = asks.some(({ purposeId, channel }) =>
      asked.asks.some((ask) => ask.purposeId === purposeId && ask.channel === channel),
    );
    const isOpen = asked.contactPointId === contactPointId && asked.expiresAt > now;
    return isOpen && isSame ? [{ requestId, asked }] : [];
  });
}
