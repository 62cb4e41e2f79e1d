import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import {
  allocatedId,
  defined,
  Rejection,
  type Channel,
  type ExpressionMethod,
  type Indicator,
  type Language,
} from '#kernel';
import type { CommandContext, Outcome } from '#runtime';
import type { ConsentEvent, ConsentGiven, Source } from '../contract.js';
import type { Act, Agreement, CaptureChoices, GiveConsent } from '../domain/consent.commands.js';
import { consentDecider } from '../domain/consent.decider.js';
import { gradeProof, type MissingProof, type ProofGrade } from '../domain/proof-grade.js';
import { Acts } from './acts.js';
import { CaptureChoicesCommand, GiveConsentCommand } from './consent.commands.js';
import { ConsentEvidence, type EvidenceInput } from './evidence.js';

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

/** A submitted form, as a client names it. */
export interface CaptureInput extends ActInput {
  /** When it was served, where the ledger itself can say so. */
  readonly servedAt?: string;
  /** By which address, and until when, what it says yes to is confirmed; used where its form asks for that. */
  readonly confirmBy?: { readonly contactPointId: string; readonly expiresAt: string };
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
    private readonly acts: Acts,
    private readonly evidence: ConsentEvidence,
  ) {}

  /** Rejects as `GiveConsent`. */
  async give(
    subjectId: string,
    input: ActInput,
    agreed: AgreementInput,
    context: CommandContext,
  ): Promise<Outcome<ConsentEvent>> {
    const act = await this.acts.of(subjectId, input, context);
    const agreement = await this.acts.agreement(agreed, act, context);
    const wish = { type: 'GiveConsent', data: { ...act, agreement } } as const;
    const data = { ...wish.data, ...(await this.sealed(wish, input, context)) };
    return this.bus.execute(new GiveConsentCommand({ type: 'GiveConsent', data }, context));
  }

  /** All choices of a submitted form in one append. Rejects as `CaptureChoices`. */
  async capture(
    subjectId: string,
    input: CaptureInput,
    answers: readonly AnswerInput[],
    context: CommandContext,
  ): Promise<Outcome<ConsentEvent>> {
    const act = await this.acts.of(subjectId, input, context);
    const agreements: Agreement[] = [];
    for (const { purposeId, channels, choice } of answers) {
      if (choice !== 'given') continue;
      agreements.push(
        await this.acts.agreement({ purposeId, channels, consentType: 'expressed' }, act, context),
      );
    }
    const choices = answers.flatMap(({ purposeId, channels, choice }) =>
      channels.map((channel) => ({ purposeId, channel, choice })),
    );
    const { servedAt, confirmBy } = input;
    const confirmation = confirmBy && {
      ...confirmBy,
      requestId: allocatedId(context.commandId, 'request'),
    };
    const captured = {
      ...{ ...act, answers: choices, agreements },
      ...(servedAt && { servedAt }),
      ...(confirmation && { confirmation }),
    };
    const wish = { type: 'CaptureChoices', data: captured } as const;
    const data = { ...wish.data, ...(await this.sealed(wish, input, context)) };
    return this.bus.execute(new CaptureChoicesCommand({ type: 'CaptureChoices', data }, context));
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
