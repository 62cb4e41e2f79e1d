import { Injectable } from '@nestjs/common';
import type { EvidenceRef } from '#event-store/contract';
import { allocatedId, Rejection, type Personal } from '#kernel';
import { controllerStream } from '#register/contract';
import { LedgerReader, PersonalData, StreamWriter, type CommandContext, type Outcome } from '#runtime';
import { SubjectErased } from '#subject-keys';
import { relationshipStream, type RelationshipEvent } from '../contract.js';
import { relationshipDecider, type RelationshipFact } from '../domain/relationship.decider.js';
import { SubjectFacts } from './subject-facts.js';

/** A fact as a client tells it. */
export interface RelationshipInput extends Omit<
  RelationshipFact,
  'relationshipEventId' | 'subjectId' | 'evidence'
> {
  /** Order, contract or recording in another system: where it lies, and its SHA-256. Sealed. */
  readonly evidence?: { readonly locator: Personal<string>; readonly sha256?: string };
}

/** A recorded fact. */
export interface RelationshipRecorded {
  readonly relationshipEventId: string;
  readonly outcome: Outcome<RelationshipEvent>;
}

const STEP_SEAL = 1;

/**
 * Records what happened between people and data controllers. A fact depends on nothing that stands in its stream, so
 * only the stream's end is read; who the person is comes from their own streams, never from a read model.
 */
@Injectable()
export class RelationshipEvents {
  /** Data controllers that were declared: none ever vanishes. */
  private readonly controllers = new Set<string>();

  constructor(
    private readonly writer: StreamWriter,
    private readonly facts: SubjectFacts,
    private readonly personal: PersonalData,
    private readonly reader: LedgerReader,
  ) {}

  /** Rejects as `RecordRelationshipEvent`. */
  async record(
    subjectId: string,
    input: RelationshipInput,
    context: CommandContext,
  ): Promise<RelationshipRecorded> {
    const relationshipEventId = allocatedId(context.commandId, 'relationship-event');
    const outcome = await this.writer.record<RelationshipEvent>(
      {
        ...{ stream: relationshipStream(subjectId), context, number: 0, subjects: [subjectId] },
        ...{ isNo: false, isUnconditional: true },
      },
      () => this.decide({ relationshipEventId, subjectId }, input, context),
    );
    return { relationshipEventId, outcome };
  }

  /** What a declined fact leaves behind is nothing, so its evidence is sealed only once it is known to stand. */
  private async decide(
    ids: Pick<RelationshipFact, 'relationshipEventId' | 'subjectId'>,
    { evidence, ...told }: RelationshipInput,
    context: CommandContext,
  ): Promise<readonly RelationshipEvent[]> {
    const { subjectId } = ids;
    const [{ isRegistered, protection, contactPointIds }, isControllerKnown] = await Promise.all([
      this.facts.of(subjectId),
      this.isController(told.controllerId),
    ]);
    const { isErased } = protection;
    const circumstances = { isRegistered, isErased, contactPointIds, isControllerKnown };
    const decided = (fact: RelationshipFact): readonly RelationshipEvent[] => {
      const metadata = { now: context.now, actor: context.actor };
      const data = { fact, circumstances };
      return relationshipDecider.decide({ type: 'RecordRelationshipEvent', data, metadata }, null);
    };
    const events = decided({ ...ids, ...told });
    if (evidence === undefined) return events;
    return decided({ ...ids, ...told, evidence: [await this.sealed(subjectId, evidence, context)] });
  }

  private async sealed(
    subjectId: string,
    evidence: NonNullable<RelationshipInput['evidence']>,
    context: CommandContext,
  ): Promise<EvidenceRef> {
    try {
      return await this.personal.seal({
        ...{ subjectId, scope: 'evidence', about: 'act-context', fields: { ...evidence } },
        ...{ kind: 'external', context, step: STEP_SEAL },
      });
    } catch (error) {
      // The erasure was quicker than this fact.
      if (error instanceof SubjectErased) throw new Rejection('subject-erased');
      throw error;
    }
  }

  /** Whether a data controller of that id was ever declared; nothing needs to be decoded for it. */
  private async isController(controllerId: string): Promise<boolean> {
    if (this.controllers.has(controllerId)) return true;
    const isDeclared = await this.reader.exists(controllerStream(controllerId));
    if (isDeclared) this.controllers.add(controllerId);
    return isDeclared;
  }
}
