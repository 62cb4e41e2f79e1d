import { Body, Controller } from '@nestjs/common';
import { FormVersionDto } from '#consent';
import { Ctx, InstantField, LedgerAsk, TextField } from '#http';
import type { CommandContext } from '#runtime';
import { ServedForms } from '../application/served-forms.js';

/** What a form carries from the page to the sign-up. */
export class ServedTokenDto {
  @TextField({ max: 300, description: 'Send it with the sign-up as `servedToken`, within seven days.' })
  servedToken!: string;

  @InstantField({ description: 'When the form was served, as the ledger’s own clock says.' })
  servedAt!: string;
}

/** The ledger's word that a form version was shown. */
@Controller('v1')
export class ServedTokensController {
  constructor(private readonly forms: ServedForms) {}

  @LedgerAsk('served-tokens', {
    scope: 'choices:record',
    summary: 'A token that says that this form version is being shown now',
    description: 'Nothing is recorded until a sign-up carries it. It names nobody.',
    answer: ServedTokenDto,
    otherAnswers: { 409: { description: 'The form version is unknown, or not in use now.' } },
  })
  async serve(
    @Body() { formId, version }: FormVersionDto,
    @Ctx() { now }: CommandContext,
  ): Promise<ServedTokenDto> {
    return { servedToken: await this.forms.mint({ formId, version }, now), servedAt: now };
  }
}
