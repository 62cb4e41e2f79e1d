import { requestState, type RequestState } from '#consent/contract';
import type { Instant } from '#kernel';
import type { AskedConsent, ContactFacts } from './contact-facts.js';

/** The first request that was put in the place of another one; `undefined`: none was by then. */
export function successorOf(
  { requestId }: AskedConsent,
  requests: readonly AskedConsent[],
  at: Instant,
): AskedConsent | undefined {
  return requests
    .filter(({ supersedes, requestedAt }) => supersedes.includes(requestId) && requestedAt <= at)
    .reduce<AskedConsent | undefined>(
      (first, one) => (first !== undefined && placeOf(first) < placeOf(one) ? first : one),
      undefined,
    );
}

/** Whether the person may still answer a request, as far as its own streams tell: its form may have ended. */
export function isOpen(request: AskedConsent, requests: readonly AskedConsent[], at: Instant): boolean {
  const { answeredAt, expiresAt, requestedAt } = request;
  const isPut = requestedAt <= at && expiresAt > at;
  return isPut && answeredAt === null && successorOf(request, requests, at) === undefined;
}

/** What has become of a request; `isFormInUse`: whether a yes by its form version would count. */
export function askedState(
  request: AskedConsent,
  { requests, contactPoints }: Pick<ContactFacts, 'requests' | 'contactPoints'>,
  isFormInUse: boolean,
  at: Instant,
): RequestState {
  const point = contactPoints.find(({ contactPointId }) => contactPointId === request.contactPointId);
  return requestState({
    answered: request.answeredAt !== null,
    superseded: successorOf(request, requests, at) !== undefined,
    lapsed: request.expiresAt <= at,
    moved: point?.state !== 'active',
    ended: !isFormInUse,
  });
}

/** The order in which requests were put. */
export function placeOf({ requestedAt, requestId }: AskedConsent): string {
  return `${requestedAt} ${requestId}`;
}
