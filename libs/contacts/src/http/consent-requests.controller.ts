import { Body, Controller } from '@nestjs/common';
import { concerning, Ctx, Lang, LedgerPost, rowAnswers, UuidParam, type UiLanguage } from '#http';
import { defined } from '#kernel';
import { Tokens, type CommandContext } from '#runtime';
import { ConsentRequests, type PersonToAsk } from '../application/consent-requests.js';
import {
  ConsentRequestedDto,
  ConsentsRequestedDto,
  RequestConsentDto,
  RequestConsentsDto,
} from './consent-requests.dto.js';
import { assertEachOnce } from './each-once.js';

const SENDS_NOTHING = 'The ledger sends nothing: it answers with a link and texts for your message.';

/** Requests for consent: to one new contact, or to all whose consent is about to end. */
@Controller('v1')
export class ConsentRequestsController {
  constructor(
    private readonly requests: ConsentRequests,
    private readonly tokens: Tokens,
  ) {}

  @LedgerPost('subjects/:subjectId/consent-requests', {
    scope: 'consents:write',
    summary: 'Ask a person for consent, by a link to a page where yes and no are equally easy',
    description: `${SENDS_NOTHING} Whoever took a consent back is not asked again; whoever refused, not for six months; nor is anybody asked the same by the same address while an earlier request is open, unless \`supersede\` says that this one takes its place.`,
    answer: ConsentRequestedDto,
  })
  async ask(
    @UuidParam('subjectId') subjectId: string,
    @Body() body: RequestConsentDto,
    @Ctx() context: CommandContext,
  ): Promise<ConsentRequestedDto> {
    const { outcome, ...message } = await this.requests.ask(personOf({ ...body, subjectId }, ''), context);
    return { ...this.tokens.ack(outcome), ...message };
  }

  @LedgerPost('consent-requests', {
    scope: 'consents:write',
    summary: 'Ask many people for consent',
    description: `${SENDS_NOTHING} Answers row by row: what is declined stops no other row. A row of the wrong shape is a fault of the request.`,
    status: 200,
    answer: ConsentsRequestedDto,
  })
  async askAll(
    @Body() { requests }: RequestConsentsDto,
    @Ctx() context: CommandContext,
    @Lang() language: UiLanguage,
  ): Promise<ConsentsRequestedDto> {
    const people = requests.map((request, index) => personOf(request, placeOf(index)));
    const outcomes = await this.requests.askAll(people, context);
    const rows = rowAnswers(people, outcomes, {
      ...{ member: '/requests', language },
      tell: ({ requestId, url, expiresAt, textFr, textEn, supersedes }) =>
        defined({ requestId, message: { url, expiresAt, textFr, textEn }, supersedes }),
    });
    const declined = rows.filter(({ recorded }) => !recorded).length;
    return concerning(
      people.map(({ subjectId }) => subjectId),
      { recorded: rows.length - declined, declined, rows },
    );
  }
}

function placeOf(index: number): string {
  return `/requests/${String(index)}`;
}

function personOf(body: RequestConsentDto & { readonly subjectId: string }, place: string): PersonToAsk {
  const { subjectId, formVersion, choices, contactPointId, controllerId, ...rest } = body;
  const { reason, expiresInDays, supersede } = rest;
  if (choices !== undefined) assertEachOnce(choices, `${place}/choices`);
  const { formId, version } = formVersion;
  return defined({
    ...{ subjectId, form: { formId, version }, contactPointId, reason, expiresInDays, supersede },
    choices: choices?.map(({ purposeId, channels }) => ({ purposeId, channels })),
    controllerId,
  });
}
