import { Injectable } from '@nestjs/common';
import { allocatedId, defined, Rejection, sha256Hex, type Channel } from '#kernel';
import type { CommandContext } from '#runtime';
import type { Act, Agreement, Basis } from '../domain/consent.commands.js';
import type { FormFacts } from '../domain/facts.js';
import { ConsentFacts } from './consent-facts.js';
import type { ActInput, AgreementInput, BasisInput } from './saying-yes.js';

/** Makes what clients name into what decisions rest on, from the streams of the other contexts. */
@Injectable()
export class Acts {
  constructor(private readonly facts: ConsentFacts) {}

  /** An act of this command, with the person as they stood when it happened. */
  async of(subjectId: string, input: ActInput, context: CommandContext): Promise<Act> {
    const { indicatedBy, age, source, occurredAt } = input;
    const [subject, basis] = await Promise.all([
      this.facts.subject(subjectId, occurredAt),
      this.basis(input.basis),
    ]);
    const actId = allocatedId(context.commandId, 'act');
    return { actId, subjectId, subject, basis, indicatedBy, age, source, occurredAt };
  }

  /** What is agreed to within an act, with the words of its form. Rejects: `choice-not-offered-by-form`. */
  async agreement(
    agreed: AgreementInput,
    { basis, occurredAt }: Pick<Act, 'basis' | 'occurredAt'>,
    context: CommandContext,
  ): Promise<Agreement> {
    const { purposeId, channels, ...rest } = agreed;
    const label = basis.kind === 'form' ? labelOf(basis.form, purposeId, channels) : undefined;
    return defined({
      ...rest,
      purpose: await this.facts.purpose(purposeId, occurredAt),
      channels: channels.map((channel) => ({
        channel,
        consentId: allocatedId(context.commandId, `consent ${purposeId} ${channel}`),
      })),
      offerLabelSha256: label === undefined ? undefined : sha256Hex(label),
    }) as Agreement;
  }

  private async basis(input: BasisInput): Promise<Basis> {
    if ('formId' in input) {
      const form = await this.facts.form(input.formId, input.formVersion);
      const notice = form && (await this.facts.notice(form.notice.noticeId, form.notice.version));
      return { kind: 'form', form, notice };
    }
    const { noticeId, noticeVersion, ...words } = input;
    const notice = await this.facts.notice(noticeId, noticeVersion);
    return { kind: 'notice', notice, ...words, labelSha256: sha256Hex(input.label) };
  }
}

/** The words beside the box: those of the offer that has these channels, if several are for one purpose. */
function labelOf(
  form: FormFacts | undefined,
  purposeId: string,
  channels: readonly Channel[],
): string | undefined {
  const offers = form?.offers.filter((candidate) => candidate.purposeId === purposeId) ?? [];
  const offer =
    offers.find((one) => channels.every((channel) => one.channels.includes(channel))) ?? offers[0];
  if (form !== undefined && offer === undefined)
    throw new Rejection('choice-not-offered-by-form', undefined, '/purposeId');
  return offer?.label;
}
