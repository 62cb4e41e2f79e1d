import { Body, Controller } from '@nestjs/common';
import { AckDto, Ctx, LedgerPost, UuidParam } from '#http';
import { Tokens, type CommandContext } from '#runtime';
import { EndingConsents } from '../application/ending-consents.js';
import { InvalidateConsentDto, RevokeConsentDto } from './consent-endings.dto.js';

/** The end of one consent otherwise than by a "no" of the person; it takes effect at once, as a "no" does. */
@Controller('v1/subjects/:subjectId/consents/:consentId')
export class ConsentEndingsController {
  constructor(
    private readonly ending: EndingConsents,
    private readonly tokens: Tokens,
  ) {}

  @LedgerPost('revocation', {
    scope: 'consents:write',
    summary: 'End a consent by another than the person: it permits nothing from then on',
    isNo: true,
    answer: AckDto,
  })
  async revoke(
    @UuidParam('subjectId') subjectId: string,
    @UuidParam('consentId') consentId: string,
    @Body() { reason, occurredAt }: RevokeConsentDto,
    @Ctx() context: CommandContext,
  ) {
    const why = { reason, occurredAt: occurredAt ?? context.now };
    return this.tokens.ack(await this.ending.revoke(subjectId, consentId, why, context));
  }

  @LedgerPost('invalidation', {
    scope: 'consents:write',
    summary: 'Say that a consent never was valid: it permitted nothing on any day',
    isNo: true,
    answer: AckDto,
  })
  async invalidate(
    @UuidParam('subjectId') subjectId: string,
    @UuidParam('consentId') consentId: string,
    @Body() { defects, occurredAt }: InvalidateConsentDto,
    @Ctx() context: CommandContext,
  ) {
    const why = { defects, occurredAt: occurredAt ?? context.now };
    return this.tokens.ack(await this.ending.invalidate(subjectId, consentId, why, context));
  }
}
