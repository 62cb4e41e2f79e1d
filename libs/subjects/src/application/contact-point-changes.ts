import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Rejection } from '#kernel';
import type { CommandContext, LedgerCommand, Outcome } from '#runtime';
import type { SubjectEvent } from '../contract.js';
import type { SealedContactPoint, SubjectCommand } from '../domain/subject.commands.js';
import { ContactValues, type ContactInput } from './contact-values.js';
import {
  AddContactPointCommand,
  RectifyContactPointCommand,
  RemoveContactPointCommand,
} from './subject.commands.js';
import { StandingClaims } from './standing-claims.js';
import { SubjectFacts } from './subject-facts.js';

type DataOf<T extends SubjectEvent['type']> = Extract<SubjectEvent, { type: T }>['data'];

/** A changed contact point and what was recorded. */
export interface ContactPointChanged {
  readonly contactPointId: string;
  readonly outcome: Outcome;
}

/** Seals run before the fact they belong to, as a step of their own. */
const STEP_SEAL = 1;

/** Adds, replaces and removes contact points: claim first, then the sealed value, then the fact. */
@Injectable()
export class ContactPointChanges {
  constructor(
    private readonly bus: CommandBus,
    private readonly facts: SubjectFacts,
    private readonly values: ContactValues,
    private readonly claims: StandingClaims,
  ) {}

  /** Rejects as `AddContactPoint`, and `contact-point-invalid`, `external-id-of-another-subject`. */
  async add(
    subjectId: string,
    input: ContactInput,
    occurredAt: string,
    context: CommandContext,
  ): Promise<ContactPointChanged> {
    const { protection, isRegistered } = await this.facts.of(subjectId);
    if (protection.isErased) throw new Rejection('subject-erased');
    if (!isRegistered) throw new Rejection('subject-unknown');
    if (protection.isRestricted) throw new Rejection('subject-restricted', 'Art. 18(2): storage only.');
    return this.become(subjectId, input, context, (point) => {
      const added = { subjectId, ...point, occurredAt };
      return new AddContactPointCommand({ type: 'AddContactPoint', data: { added, protection } }, context);
    });
  }

  /** Rejects as `RectifyContactPoint`, and `contact-point-invalid`, `external-id-of-another-subject`. */
  async rectify(
    subjectId: string,
    change: Pick<DataOf<'ContactPointRectified'>, 'replaces' | 'reason' | 'requestId' | 'occurredAt'>,
    input: ContactInput,
    context: CommandContext,
  ): Promise<ContactPointChanged> {
    const { protection, isRegistered, contactPoints } = await this.facts.of(subjectId);
    if (protection.isErased) throw new Rejection('subject-erased');
    if (!isRegistered) throw new Rejection('subject-unknown');
    const isKnown = contactPoints.some(({ contactPointId }) => contactPointId === change.replaces);
    if (!isKnown && !context.mayBeRetry) throw new Rejection('contact-point-unknown', undefined, '/replaces');
    const changed = await this.become(subjectId, input, context, (point) => {
      const rectified = { subjectId, ...change, ...point };
      const data = { rectified, protection };
      return new RectifyContactPointCommand({ type: 'RectifyContactPoint', data }, context);
    });
    await this.claims.release(subjectId, change.replaces);
    return changed;
  }

  /** Rejects as `RemoveContactPoint`. */
  async remove(
    removed: DataOf<'ContactPointRemoved'>,
    context: CommandContext,
  ): Promise<ContactPointChanged> {
    const { protection } = await this.facts.of(removed.subjectId);
    const outcome = await this.bus.execute<RemoveContactPointCommand, Outcome>(
      new RemoveContactPointCommand({ type: 'RemoveContactPoint', data: { removed, protection } }, context),
    );
    await this.claims.release(removed.subjectId, removed.contactPointId);
    return { contactPointId: removed.contactPointId, outcome };
  }

  private async become(
    subjectId: string,
    input: ContactInput,
    context: CommandContext,
    commandOf: (point: SealedContactPoint) => AddContactPointCommand | RectifyContactPointCommand,
  ): Promise<ContactPointChanged> {
    const contacts = this.values.prepare([input], context);
    return this.values.makeTheirs(subjectId, contacts, context, STEP_SEAL, async ([point]) => {
      if (point === undefined) throw new Error('One contact point in, none out');
      const outcome = await this.bus.execute<LedgerCommand<SubjectCommand>, Outcome>(commandOf(point));
      return { contactPointId: point.contactPointId, outcome };
    });
  }
}
