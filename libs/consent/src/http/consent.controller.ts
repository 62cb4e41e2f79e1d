import { Body, Controller } from '@nestjs/common';
import { AckDto, Ctx, invalidRequest, LedgerPost, UuidParam } from '#http';
import { defined } from '#kernel';
import { Tokens, type CommandContext } from '#runtime';
import { recordedConsents, SayingYes, type ActInput, type BasisInput } from '../application/saying-yes.js';
import { SayingNo, type NoInput } from '../application/saying-no.js';
import { ConsentsRecordedDto, GiveConsentDto, SayNoDto } from './consent.dto.js';

/** Consents, refusals and withdrawals of one data subject. */
@Controller('v1/subjects/:subjectId')
export class ConsentController {
  constructor(
    private readonly yes: SayingYes,
    private readonly no: SayingNo,
    private readonly tokens: Tokens,
  ) {}

  @LedgerPost('consents', {
    scope: 'consents:write',
    summary: 'Record a consent with its proof (Art. 7(1))',
    answer: ConsentsRecordedDto,
  })
  async give(
    @UuidParam('subjectId') subjectId: string,
    @Body() body: GiveConsentDto,
    @Ctx() context: CommandContext,
  ): Promise<ConsentsRecordedDto> {
    const { purposeId, channels, controllerId, collectorId, contactPointIds, goodsNature } = body;
    const { consentType, validUntil, acceptedSlots } = body;
    const agreed = { purposeId, channels, controllerId, collectorId, contactPointIds, goodsNature };
    const outcome = await this.yes.give(
      subjectId,
      actOf(body, context),
      defined({
        ...agreed,
        consentType,
        validUntil,
        acceptedSlots: acceptedSlots?.map((slot) => ({ ...slot })),
      }),
      context,
    );
    return { ...this.tokens.ack(outcome), consents: recordedConsents(outcome) };
  }

  @LedgerPost('refusals', {
    scope: 'consents:write',
    summary: 'Record a refusal',
    isNo: true,
    answer: AckDto,
  })
  async refuse(
    @UuidParam('subjectId') subjectId: string,
    @Body() body: SayNoDto,
    @Ctx() context: CommandContext,
  ) {
    return this.tokens.ack(await this.no.refuse(subjectId, noOf(body, context), context));
  }

  @LedgerPost('withdrawals', {
    scope: 'consents:write',
    summary: 'Record a withdrawal (Art. 7(3))',
    isNo: true,
    answer: AckDto,
  })
  async withdraw(
    @UuidParam('subjectId') subjectId: string,
    @Body() body: SayNoDto,
    @Ctx() context: CommandContext,
  ) {
    return this.tokens.ack(await this.no.withdraw(subjectId, noOf(body, context), context));
  }
}

function actOf(body: GiveConsentDto, context: CommandContext): ActInput {
  const { indicatedBy, ageAssertion, source, occurredAt = context.now, evidence } = body;
  return defined({
    basis: basisOf(body),
    indicatedBy,
    age: ageAssertion,
    source: defined({ ...source }),
    occurredAt,
    evidence: evidence && defined({ ...evidence }),
  });
}

/** Either a form version, or notice and expression, whole. */
function basisOf({
  formVersion,
  noticeId,
  noticeVersion,
  language,
  expression,
  withdrawalMethods,
}: GiveConsentDto): BasisInput {
  if (formVersion !== undefined) return { formId: formVersion.formId, formVersion: formVersion.version };
  if (
    noticeId !== undefined &&
    noticeVersion !== undefined &&
    language !== undefined &&
    expression !== undefined
  ) {
    return { noticeId, noticeVersion, language, ...expression, withdrawalMethods: withdrawalMethods ?? [] };
  }
  const absent = Object.entries({ noticeId, noticeVersion, language, expression }).filter(
    ([, v]) => v === undefined,
  );
  throw invalidRequest(absent.map(([name]) => ({ pointer: `/${name}`, code: 'missing' as const })));
}

/** A "no" as the body says it. */
export function noOf(body: SayNoDto, context: CommandContext): NoInput {
  const {
    purposeId,
    channels,
    controllerId,
    reason,
    indicatedBy,
    source,
    evidence,
    occurredAt = context.now,
  } = body;
  return defined({
    purpose: purposeId,
    channels,
    controllerId,
    reason,
    indicatedBy,
    source: defined({ ...source }),
    evidence: evidence && defined({ ...evidence }),
    occurredAt,
  });
}
