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
  /** The act of its first answer: a request is answered once. */
  readonly answeredBy?: string;
}

/** Total over any order of events: a request is answered from its first answer on, wherever its question stands. */
export function evolveRequests(
  requests: ReadonlyMap<string, KnownRequest>,
  event: Extract<ConsentEvent, { data: Requested | Answered }>,
): ReadonlyMap<string, KnownRequest> {
  const { requestId } = event.data;
  const known = requests.get(requestId) ?? { requestId };
  return new Map(requests).set(requestId, { ...known, ...told(known, event) });
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
