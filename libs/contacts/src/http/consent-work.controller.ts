import { Controller, Inject, Query } from '@nestjs/common';
import { decodeCursor, invalidRequest, LedgerGet, MinToken, page } from '#http';
import { addDays, defined, isUuid, parisDay, startOfParisDay, toInstant, type Clock } from '#kernel';
import { CLOCK } from '#runtime';
import { ConsentWork, type ConsentAtWork, type WorkPlace } from '../read-model/consent-work.query.js';
import {
  ConsentsToRenewDto,
  ConsentsToRenewQueryDto,
  WeakConsentsDto,
  WeakConsentsQueryDto,
  type ConsentToRenewDto,
  type WeakConsentDto,
} from './consent-work.dto.js';
import { known } from './contact-state.view.js';

/** Days before its end from which on a consent is to be renewed, unless the request says otherwise. */
const RENEWAL_DAYS = 30;

/** Consents that stand and that somebody should see to, by id. */
@Controller('v1/work-lists')
export class ConsentWorkController {
  constructor(
    private readonly work: ConsentWork,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @LedgerGet('weak-consents', {
    scope: 'subjects:read',
    summary: 'Consents that stand and could be demonstrated badly, with what their proof lacks',
    answer: WeakConsentsDto,
  })
  async weak(
    @Query() { grade, purposeId, limit, cursor }: WeakConsentsQueryDto,
    @MinToken('contact-state', 'replica') _: string | undefined,
  ): Promise<WeakConsentsDto> {
    const wanted = defined({ purposeId, limit, after: placeOf(cursor) });
    const grades = grade === undefined ? ['weak', 'undemonstrable'] : [grade];
    const { consents, hasMore } = await this.work.weak(wanted, grades);
    return page(consents.map(weakView), nextOf(consents, hasMore));
  }

  @LedgerGet('consents-to-renew', {
    scope: 'subjects:read',
    summary: 'Consents that soon permit nothing any more, the most pressing first',
    description:
      'Whoever gave a fresh consent to the same question, said no or is erased leaves the list. Ask by `consent-requests`.',
    answer: ConsentsToRenewDto,
  })
  async toRenew(
    @Query() { reason, before, purposeId, limit, cursor }: ConsentsToRenewQueryDto,
    @MinToken('contact-state', 'replica') _: string | undefined,
  ): Promise<ConsentsToRenewDto> {
    const wanted = defined({ purposeId, limit, after: placeOf(cursor) });
    const { consents, hasMore } =
      reason === 'ending'
        ? await this.work.ending(wanted, before ?? this.inAMonth())
        : await this.work.noticeChanged(wanted, before);
    return page(consents.map(renewalView), nextOf(consents, hasMore));
  }

  private inAMonth(): string {
    return startOfParisDay(addDays(parisDay(this.clock.now()), RENEWAL_DAYS));
  }
}

function weakView({ grade: proofGrade, dueAt: _, ...consent }: ConsentAtWork): WeakConsentDto {
  return { ...known(consent), proofGrade };
}

function renewalView(consent: ConsentAtWork): ConsentToRenewDto {
  return { ...weakView(consent), dueAt: consent.dueAt };
}

function nextOf(consents: readonly ConsentAtWork[], hasMore: boolean): readonly string[] | undefined {
  const last = consents.at(-1);
  return hasMore && last !== undefined ? [last.dueAt, last.subjectId, last.consentId] : undefined;
}

/** Where the page before ended. A cursor is the client's word: throws `invalid-request` if it names no place. */
function placeOf(cursor: string | undefined): WorkPlace | undefined {
  const [dueAt, subjectId, consentId] = decodeCursor(cursor, ['string', 'string', 'string']) ?? [];
  if (dueAt === undefined || subjectId === undefined || consentId === undefined) return undefined;
  try {
    if (isUuid(subjectId) && isUuid(consentId)) return { dueAt: toInstant(dueAt), subjectId, consentId };
  } catch {
    // Told below, like a cursor that names nobody.
  }
  throw invalidRequest([{ pointer: '?cursor', code: 'not-a-cursor' }]);
}
