import { Body, Controller } from '@nestjs/common';
import { noOf, recordedConsents } from '#consent';
import { ActorOf, concerning, Ctx, LedgerPost, type Caller } from '#http';
import { defined } from '#kernel';
import { Tokens, type CommandContext } from '#runtime';
import { Captures, type Capture, type Captured } from '../application/captures.js';
import { ConsentRequests, type RequestToSend } from '../application/consent-requests.js';
import { Withdrawals } from '../application/withdrawals.js';
import { CaptureDto, CapturedDto, WithdrawByAddressDto, WithdrawnByAddressDto } from './captures.dto.js';
import type { ConfirmationDto } from './consent-requests.dto.js';
import { assertEachOnce } from './each-once.js';

/** What people say by an address and not by an id: sign-ups and unsubscribes. */
@Controller('v1')
export class CapturesController {
  constructor(
    private readonly captures: Captures,
    private readonly requests: ConsentRequests,
    private readonly withdrawals: Withdrawals,
    private readonly tokens: Tokens,
  ) {}

  @LedgerPost('captures', {
    scope: 'choices:record',
    summary: 'Record a sign-up: the person and every choice of the form, in one act',
    description:
      'Through a form that is confirmed by a click (`double-opt-in`) a yes is no consent yet: the answer has a link and texts for the message that asks for the confirmation.',
    answer: CapturedDto,
  })
  async capture(
    @Body() body: CaptureDto,
    @Ctx() context: CommandContext,
    @ActorOf() caller: Caller,
  ): Promise<CapturedDto> {
    assertEachOnce(body.choices);
    const captured = await this.captures.record(captureOf(body, context), context);
    const message = await this.requests.toSend(captured.outcome);
    return this.answer(captured, message && confirmationOf(message), caller);
  }

  @LedgerPost('withdrawals', {
    scope: 'consents:write',
    summary: 'Record a withdrawal by address: everybody who has it withdraws',
    description: 'An address that nobody has is entered in the suppression list.',
    isNo: true,
    answer: WithdrawnByAddressDto,
  })
  async withdraw(
    @Body() { contact, ...body }: WithdrawByAddressDto,
    @Ctx() context: CommandContext,
  ): Promise<WithdrawnByAddressDto> {
    const address = defined({ ...contact });
    const { subjectIds, appended, suppressed } = await this.withdrawals.record(
      address,
      noOf(body, context),
      context,
    );
    return concerning(subjectIds, { matched: subjectIds.length, appended, suppressed });
  }

  /** Who may read people learns who it is. A form learns nothing: not even whether the person was known. */
  private answer(
    { captureId, subjectId, created, outcome }: Captured,
    confirmation: ConfirmationDto | undefined,
    { scopes }: Caller,
  ): CapturedDto {
    const known = { captureId, ...(confirmation && { confirmation }) };
    if (!scopes.has('subjects:read')) {
      return concerning([subjectId], { ...known, appended: outcome.events.length });
    }
    const consents = recordedConsents(outcome);
    return { ...this.tokens.ack(outcome), ...known, subjectId, created, consents };
  }
}

function confirmationOf({ url, expiresAt, textFr, textEn }: RequestToSend): ConfirmationDto {
  return { url, expiresAt, textFr, textEn };
}

function captureOf(body: CaptureDto, context: CommandContext): Capture {
  const { indicatedBy, ageAssertion: age, source, evidence, occurredAt = context.now } = body;
  return defined({
    contactPoints: body.contactPoints.map(({ kind, value, system, use, timeZone }) =>
      defined({ kind, value, system, use, timeZone }),
    ),
    form: body.formVersion,
    servedToken: body.servedToken,
    choices: body.choices,
    audience: body.audience,
    act: defined({
      indicatedBy,
      age,
      source: defined({ ...source }),
      evidence: evidence && defined({ ...evidence }),
      occurredAt,
    }),
  });
}
