import { Injectable } from '@nestjs/common';
import type { EvidenceRef } from '#event-store/contract';
import { allocatedId, Rejection, type Language } from '#kernel';
import { controllerStream } from '#register/contract';
import {
  LedgerReader,
  recordRows,
  StreamWriter,
  type CommandContext,
  type Outcome,
  type RowOutcome,
} from '#runtime';
import { SubjectErased } from '#subject-keys';
import {
  informationStream,
  type InformationArticle,
  type InformationEvent,
  type InformationMeans,
} from '../contract.js';
import { informationDecider, type InformationFact } from '../domain/information.decider.js';
import { ConsentFacts } from './consent-facts.js';
import { ConsentEvidence, type EvidenceInput } from './evidence.js';

/** What a client tells: who was given which text, how and when. */
export interface InformationInput {
  readonly controllerId: string;
  readonly article: InformationArticle;
  readonly notice: { readonly noticeId: string; readonly version: number; readonly language: Language };
  readonly means: InformationMeans;
  readonly contactPointId?: string;
  readonly evidence?: EvidenceInput;
  readonly occurredAt: string;
}

/** Recorded information. */
export interface InformationRecorded {
  readonly informationId: string;
  readonly outcome: Outcome<InformationEvent>;
}

/** One row of a batch. */
export interface InformationRow {
  readonly subjectId: string;
  readonly input: InformationInput;
}

/**
 * Records that people were informed (Art. 13, 14). A fact depends on nothing that stands in its stream; who the person
 * is and what the notice says comes from the ledger's streams, never from a read model.
 */
@Injectable()
export class GivingInformation {
  constructor(
    private readonly writer: StreamWriter,
    private readonly facts: ConsentFacts,
    private readonly evidence: ConsentEvidence,
    private readonly reader: LedgerReader,
  ) {}

  /** Rejects as `GiveInformation`. */
  async record(
    subjectId: string,
    input: InformationInput,
    context: CommandContext,
  ): Promise<InformationRecorded> {
    const informationId = allocatedId(context.commandId, 'information');
    const outcome = await this.writer.record<InformationEvent>(
      {
        ...{ stream: informationStream(subjectId), context, number: 0, subjects: [subjectId] },
        ...{ isNo: false, isUnconditional: true },
      },
      () => this.decide({ informationId, subjectId }, input, context),
    );
    return { informationId, outcome };
  }

  /** As `recordRows`. */
  recordAll(
    rows: readonly InformationRow[],
    context: CommandContext,
  ): Promise<readonly RowOutcome<InformationRecorded>[]> {
    return recordRows(rows, context, async ({ subjectId, input }, own) => {
      const recorded = await this.record(subjectId, input, own);
      if (recorded.outcome.events.length > 0) return recorded;
      // A repetition of a batch whose kept answer is gone with somebody's erasure: this row was declined then.
      throw new Rejection('subject-unknown');
    });
  }

  /** What a declined fact leaves behind is nothing, so its evidence is sealed only once it is known to stand. */
  private async decide(
    ids: Pick<InformationFact, 'informationId' | 'subjectId'>,
    { evidence, ...told }: InformationInput,
    context: CommandContext,
  ): Promise<readonly InformationEvent[]> {
    const { subjectId } = ids;
    const [subject, notice, isControllerKnown] = await Promise.all([
      this.facts.subject(subjectId, told.occurredAt),
      this.facts.notice(told.notice.noticeId, told.notice.version),
      this.reader.exists(controllerStream(told.controllerId)),
    ]);
    const decided = (refs: readonly EvidenceRef[]): readonly InformationEvent[] => {
      const fact = { ...ids, ...told, ...(refs.length === 0 ? {} : { evidence: [...refs] }) };
      const data = { fact, circumstances: { subject, notice, isControllerKnown } };
      const metadata = { now: context.now, actor: context.actor };
      return informationDecider.decide({ type: 'GiveInformation', data, metadata }, null);
    };
    const events = decided([]);
    return evidence === undefined ? events : decided(await this.sealed(subjectId, evidence, context));
  }

  private async sealed(subjectId: string, evidence: EvidenceInput, context: CommandContext) {
    try {
      return await this.evidence.seal(subjectId, evidence, context);
    } catch (error) {
      // The erasure was quicker than this fact.
      if (error instanceof SubjectErased) throw new Rejection('subject-erased');
      throw error;
    }
  }
}
