import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import {
  allocatedId,
  defined,
  Rejection,
  sha256Hex,
  type Channel,
  type ExpressionMethod,
  type Indicator,
  type Language,
} from '#kernel';
import type { CommandContext, Outcome } from '#runtime';
import type { ConsentEvent, ConsentGiven, Source } from '../contract.js';
import type { Act, Agreement, Basis, CaptureChoices, GiveConsent } from '../domain/consent.commands.js';
import { consentDecider } from '../domain/consent.decider.js';
import type { FormFacts } from '../domain/facts.js';
import { gradeProof, type MissingProof, type ProofGrade } from '../domain/proof-grade.js';
import { CaptureChoicesCommand, GiveConsentCommand } from './consent.commands.js';
import { ConsentEvidence, type EvidenceInput } from './evidence.js';
import { ConsentFacts } from './consent-facts.js';

/** What a consent rests on, as a client names it. */
export type BasisInput =
  | { readonly formId: string; readonly formVersion: number }
  | {
      readonly noticeId: string;
      readonly noticeVersion: number;
      readonly language: Language;
      readonly method: ExpressionMethod;
      readonly defaultState: 'checked' | 'unchecked' | 'not-applicable';
      readonly label: string;
      readonly withdrawalMethods: readonly string[];
    };

/** What is the same for a whole act, as a client names it. */
export interface ActInput {
  readonly basis: BasisInput;
  readonly indicatedBy: Indicator;
  readonly age: ConsentGiven['age'];
  readonly source: Source;
  readonly occurredAt: string;
  readonly evidence?: EvidenceInput;
  readonly parentalStatement?: EvidenceInput;
}

/** One purpose agreed to, as a client names it. */
export interface AgreementInput extends Pick<
  Agreement,
  | 'controllerId'
  | 'collectorId'
  | 'contactPointIds'
  | 'goodsNature'
  | 'consentType'
  | 'validUntil'
  | 'acceptedSlots'
> {
  readonly purposeId: string;
  readonly channels: readonly Channel[];
}

/** One answer of a form. */
export interface AnswerInput {
  readonly purposeId: string;
  readonly channels: readonly Channel[];
  readonly choice: 'given' | 'refused' | 'not-answered';
}

/** A recorded consent with the grade of its proof. */
export interface RecordedConsent {
  readonly consentId: string;
  readonly purposeId: string;
  readonly channel: Channel;
  readonly proofGrade: ProofGrade;
  readonly missing: readonly MissingProof[];
  readonly validUntil?: string;
}

/** Records consents and captures: fetches what they rest on, seals their context, lets the domain decide. */
@Injectable()
export class SayingYes {
  constructor(
    private readonly bus: CommandBus,
    private readonly facts: ConsentFacts,
    private readonly evidence: ConsentEvidence,
  ) {}

  /** Rejects as `GiveConsent`. */
  async give(
    subjectId: string,
    input: ActInput,
    agreed: AgreementInput,
    context: CommandContext,
  ): Promise<Outcome<ConsentEvent>> {
    const act = await this.act(subjectId, input, context);
    const agreement = await this.agreement(agreed, act, context);
    const wish = { type: 'GiveConsent', data: { ...act, agreement } } as const;
    const data = { ...wish.data, ...(await this.sealed(wish, input, context)) };
    return this.bus.execute(new GiveConsentCommand({ type: 'GiveConsent', data }, context));
  }

  /**
   * All choices of a submitted form in one append; `servedAt` is when it was served, where the ledger itself can say so.
   * Rejects as `CaptureChoices`.
   */
  async capture(
    subjectId: string,
    input: ActInput & { readonly servedAt?: string },
    answers: readonly AnswerInput[],
    context: CommandContext,
  ): Promise<Outcome<ConsentEvent>> {
    const act = await this.act(subjectId, input, context);
    const agreements: Agreement[] = [];
    for (const { purposeId, channels, choice } of answers) {
      if (choice !== 'given') continue;
      agreements.push(await this.agreement({ purposeId, channels, consentType: 'expressed' }, act, context));
    }
    const choices = answers.flatMap(({ purposeId, channels, choice }) =>
      channels.map((channel) => ({ purposeId, channel, choice })),
    );
    const { servedAt } = input;
    const captured = { ...act, answers: choices, agreements, ...(servedAt && { servedAt }) };
    const wish = { type: 'CaptureChoices', data: captured } as const;
    const data = { ...wish.data, ...(await this.sealed(wish, input, context)) };
    return this.bus.execute(new CaptureChoicesCommand({ type: 'CaptureChoices', data }, context));
  }

  private async act(subjectId: string, input: ActInput, context: CommandContext): Promise<Act> {
    const { indicatedBy, age, source, occurredAt } = input;
    const [subject, basis] = await Promise.all([
      this.facts.subject(subjectId, occurredAt),
      this.basis(input.basis),
    ]);
    const actId = allocatedId(context.commandId, 'act');
    return { actId, subjectId, subject, basis, indicatedBy, age, source, occurredAt };
  }

  /**
   * The context is sealed only for an act that will stand, so that a declined one leaves nothing behind. The rehearsal
   * is exact because a "yes" is judged by its facts alone; what it declines still goes to the decider, where a retry of
   * an act that is recorded already gets its answer.
   */
  private async sealed(wish: Wish, input: ActInput, context: CommandContext): Promise<Partial<Act>> {
    if (!willStand(wish, context)) return {};
    const evidence = await this.evidence.seal(wish.data.subjectId, input.evidence, context);
    return evidence.length === 0 ? {} : { evidence };
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

  private async agreement(
    agreed: AgreementInput,
    { basis, occurredAt }: Act,
    context: CommandContext,
  ): Promise<Agreement> {
    const { purposeId, channels, ...rest } = agreed;
    const label = basis.kind === 'form' ? labelOf(basis.form, purposeId) : undefined;
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
}

type Wish = Omit<GiveConsent, 'metadata'> | Omit<CaptureChoices, 'metadata'>;

function willStand(wish: Wish, { now, actor }: CommandContext): boolean {
  try {
    consentDecider.decide({ ...wish, metadata: { now, actor } }, consentDecider.initialState);
    return true;
  } catch (error) {
    if (error instanceof Rejection) return false;
    throw error;
  }
}

/** The consents that an outcome recorded, with the grade of their proof. */
export function recordedConsents(outcome: Outcome<ConsentEvent>): readonly RecordedConsent[] {
  return outcome.events.flatMap((event) => {
    if (event.type !== 'ConsentGiven') return [];
    const { consentId, purposeId, channel, validUntil } = event.data;
    const { grade, missing } = gradeProof(event.data, event.recordedAt);
    return [defined({ consentId, purposeId, channel, proofGrade: grade, missing, validUntil })];
  });
}

function labelOf(form: FormFacts | undefined, purposeId: string): string | undefined {
  const offer = form?.offers.find((candidate) => candidate.purposeId === purposeId);
  if (form !== undefined && offer === undefined)
    throw new Rejection('choice-not-offered-by-form', undefined, '/purposeId');
  return offer?.label;
}
