import { Controller, Query } from '@nestjs/common';
import { Asking } from '#consent';
import {
  ActorOf,
  decodeCursor,
  invalidRequest,
  LedgerGet,
  MinToken,
  page,
  PastMoments,
  Problem,
  UuidParam,
  type Caller,
} from '#http';
import { defined, isUuid, toInstant } from '#kernel';
import { ContactStates, type KnownContact } from '../application/contact-states.js';
import { inTurns } from '../application/in-turns.js';
import { askedState, placeOf, successorOf } from '../domain/asked-consent.js';
import type { AskedConsent } from '../domain/contact-facts.js';
import { OpenRequests, type RequestPlace } from '../read-model/open-requests.query.js';
import {
  AskedConsentsDto,
  OpenConsentRequestsDto,
  OpenRequestsQueryDto,
  type AskedConsentDto,
  type AskedRequestDto,
} from './asked-consents.dto.js';
import { known } from './contact-state.view.js';
import { judged } from './consents.controller.js';
import { ConsentsQueryDto } from './consents.dto.js';
import { assertMayReadErased } from './erased.js';
import { newestFirst } from './newest-first.js';

/** Forms of one page that are read at the same time. */
const PARALLEL_FORMS = 8;

/** Requests for consent that were put, of one person and of everybody who has not answered. */
@Controller('v1')
export class AskedConsentsController {
  constructor(
    private readonly states: ContactStates,
    private readonly moments: PastMoments,
    private readonly asking: Asking,
    private readonly open: OpenRequests,
  ) {}

  @LedgerGet('subjects/:subjectId/consent-requests', {
    scope: 'consents:read',
    summary: 'Every request for consent that was put to a person, newest first, and what has become of it',
    answer: AskedConsentsDto,
  })
  async list(
    @UuidParam('subjectId') subjectId: string,
    @Query() { limit, cursor, ...past }: ConsentsQueryDto,
    @ActorOf() caller: Caller,
    @MinToken('contact-state') _: string | undefined,
  ): Promise<AskedConsentsDto> {
    const moment = await this.moments.resolve(past);
    const contact = await this.states.of(subjectId, moment);
    if (!contact.isKnownNow) throw new Problem('not-found');
    assertMayReadErased(caller, contact.isErasedNow);
    const { shown, next } = newestFirst(contact.facts.requests, placeOf, { limit, cursor });
    const items = await this.told(shown, contact);
    return { ...judged(subjectId, contact, moment), ...page(items, next) };
  }

  @LedgerGet('work-lists/open-consent-requests', {
    scope: 'subjects:read',
    summary: 'Requests for consent that wait for their answer, those that lapse first first',
    description:
      'What was answered, superseded or has lapsed is not on it, nor whoever has the address no more or is erased.',
    answer: OpenConsentRequestsDto,
  })
  async waiting(
    @Query() { purposeId, reason, before, limit, cursor }: OpenRequestsQueryDto,
    @MinToken('contact-state', 'replica') _: string | undefined,
  ): Promise<OpenConsentRequestsDto> {
    const wanted = defined({ purposeId, reason, before, limit, after: requestPlaceOf(cursor) });
    const { requests, hasMore } = await this.open.page(wanted);
    const items = requests.map((request) => ({ subjectId: request.subjectId, ...requestView(request) }));
    const last = requests.at(-1);
    const next = hasMore && last !== undefined ? [last.expiresAt, last.subjectId, last.requestId] : undefined;
    return page(items, next);
  }

  private async told(
    requests: readonly AskedConsent[],
    { facts, at }: KnownContact,
  ): Promise<readonly AskedConsentDto[]> {
    const named = requests.map((request) => requestView(request).formVersion);
    const forms = new Map(named.map((form) => [keyOf(form), form]));
    const inUse = await inTurns([...forms], PARALLEL_FORMS, async ([key, form]) =>
      (await this.asking.isFormInUse(form, at)) ? [key] : [],
    );
    const usable = new Set(inUse.flat());
    return requests.map((request) => {
      const view = requestView(request);
      const state = askedState(request, facts, usable.has(keyOf(view.formVersion)), at);
      const supersededBy = successorOf(request, facts.requests, at)?.requestId ?? null;
      return { ...view, state, ...known({ answeredAt: request.answeredAt, supersededBy }) };
    });
  }
}

/** Throws `not-yet-consistent` while the rows are those of an earlier version of the program. */
function requestView(request: AskedConsent): AskedRequestDto {
  const { requestId, controllerId, asks, contactPointId, formVersion, reason, requestedAt } = request;
  const { expiresAt, supersedes } = request;
  if (formVersion === null) {
    throw new Problem('not-yet-consistent', { note: 'The read model is being built.' });
  }
  return {
    ...{ requestId, controllerId, asks, contactPointId, formVersion, reason, requestedAt },
    ...{ expiresAt, supersedes },
  };
}

function keyOf({ formId, version }: AskedRequestDto['formVersion']): string {
  return `${formId} ${String(version)}`;
}

/** Where the page before ended. A cursor is the client's word: throws `invalid-request` if it names no place. */
function requestPlaceOf(cursor: string | undefined): RequestPlace | undefined {
  const [expiresAt, subjectId, requestId] = decodeCursor(cursor, ['string', 'string', 'string']) ?? [];
  if (expiresAt === undefined || subjectId === undefined || requestId === undefined) return undefined;
  try {
    if (isUuid(subjectId) && isUuid(requestId))
      return { expiresAt: toInstant(expiresAt), subjectId, requestId };
  } catch {
    // Told below, like a cursor that names nobody.
  }
  throw invalidRequest([{ pointer: '?cursor', code: 'not-a-cursor' }]);
}
