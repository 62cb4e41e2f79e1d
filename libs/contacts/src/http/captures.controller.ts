import { Body, Controller } from '@nestjs/common';
import { noOf, recordedConsents } from '#consent';
import { ActorOf, concerning, Ctx, invalidRequest, LedgerPost, type Caller } from '#http';
import { defined } from '#kernel';
import { Tokens, type CommandContext } from '#runtime';
import { Captures, type Capture, type Captured } from '../application/captures.js';
import { Withdrawals } from '../application/withdrawals.js';
import {
  CaptureDto,
  CapturedDto,
  WithdrawByAddressDto,
  WithdrawnByAddressDto,
  type CaptureChoiceDto,
} from './captures.dto.js';

/** A form's answers fit into one event. */
const MAX_ANSWERS = 100;

/** What people say by an address and not by an id: sign-ups and unsubscribes. */
@Controller('v1')
export class CapturesController {
  constructor(
    private readonly captures: Captures,
    private readonly withdrawals: Withdrawals,
    private readonly tokens: Tokens,
  ) {}

  @LedgerPost('captures', {
    scope: 'choices:record',
    summary: 'Record a sign-up: the person and every choice of the form, in one act',
    answer: CapturedDto,
  })
  async capture(
    @Body() body: CaptureDto,
    @Ctx() context: CommandContext,
    @ActorOf() caller: Caller,
  ): Promise<CapturedDto> {
    assertEachOnce(body.choices);
    const captured = await this.captures.record(captureOf(body, context), context);
    return this.answer(captured, caller);
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
  private answer({ captureId, subjectId, created, outcome }: Captured, { scopes }: Caller): CapturedDto {
    if (!scopes.has('subjects:read')) {
      return concerning([subjectId], { captureId, appended: outcome.events.length });
    }
    const consents = recordedConsents(outcome);
    return { ...this.tokens.ack(outcome), captureId, subjectId, created, consents };
  }
}

/** Two answers to one question in one form contradict each other. Throws `invalid-request`. */
function assertEachOnce(choices: readonly CaptureChoiceDto[]): void {
  const asked = new Set<string>();
  choices.forEach(({ purposeId, channels }, index) => {
    for (const channel of channels) {
      const question = `${purposeId} ${channel}`;
      if (asked.has(question)) {
        throw invalidRequest([{ pointer: `/choices/${String(index)}`, code: 'not-unique' }]);
      }
      asked.add(question);
    }
  });
  if (asked.size > MAX_ANSWERS) {
    throw invalidRequest([{ pointer: '/choices', code: 'too-many', rule: { limit: MAX_ANSWERS } }]);
  }
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
