import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { allocatedId } from '#kernel';
import { DeciderRunner, KEY_STORE, type CommandContext, type Outcome } from '#runtime';
import type { ContactValue, KeyStore } from '#subject-keys';
import { subjectStream, type SubjectEvent } from '../contract.js';
import { subjectDecider } from '../domain/subject.decider.js';
import type { LinkSubjects } from '../domain/subject.commands.js';
import { ContactValues, type ContactInput, type PreparedContact } from './contact-values.js';
import { RegisterSubjectCommand, type Registration } from './subject.commands.js';

/** What to do where an address is known already; an external id of one system is always the same person. */
export type OnMatch = 'reuse-single' | 'create-and-link';

/** Who a registration led to. */
export interface Registered {
  readonly subjectId: string;
  readonly created: boolean;
  /** Other people who share an address or number. */
  readonly matches: readonly string[];
  readonly outcome: Outcome;
}

/** Kinds of address that usually belong to one person. */
const REUSABLE: readonly ContactValue['kind'][] = ['email', 'phone'];

/** Steps of a registration; personal values come first, so that every prefix is harmless. */
const STEP_FIRST_SEAL = 1;
const STEP_FIRST_LINK = 100;

/** Makes a contact known: finds who it may be, seals the values, records the facts. */
@Injectable()
export class SubjectRegistration {
  constructor(
    private readonly bus: CommandBus,
    private readonly runner: DeciderRunner,
    private readonly values: ContactValues,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
  ) {}

  /** Rejects: `contact-point-invalid`, `external-id-of-another-subject`, `occurred-in-the-future`. */
  async register(
    registration: Registration,
    inputs: readonly ContactInput[],
    onMatch: OnMatch,
    context: CommandContext,
  ): Promise<Registered> {
    const contacts = this.values.prepare(inputs, context);
    const claims = contacts.flatMap(({ claim }) => (claim === undefined ? [] : [claim]));
    if (claims.length === 0) return this.create(registration, contacts, [], context);
    return this.keyStore.claims.withMatchLock(claims, async () => {
      const { sameExternalId, matches } = await this.find(claims, context);
      const reused =
        sameExternalId ?? (onMatch === 'reuse-single' ? this.onlyMatch(claims, matches) : undefined);
      if (reused !== undefined) return this.reuse(reused, matches);
      return this.create(registration, contacts, matches, context);
    });
  }

  private async find(claims: readonly ContactValue[], context: CommandContext) {
    const own = ownId(context);
    const found = await this.keyStore.claims.findLive(claims);
    const external = claims.flatMap(({ kind }, index) =>
      kind === 'external-id' ? (found[index] ?? []) : [],
    );
    const matches = [...new Set(found.flat())].filter((subjectId) => subjectId !== own);
    return { sameExternalId: external.find((subjectId) => subjectId !== own), matches };
  }

  /** One match by e-mail or number, and no external id that says otherwise. */
  private onlyMatch(claims: readonly ContactValue[], matches: readonly string[]): string | undefined {
    const hasExternalId = claims.some(({ kind }) => kind === 'external-id');
    const isByAddress = claims.some(({ kind }) => REUSABLE.includes(kind));
    return matches.length === 1 && isByAddress && !hasExternalId ? matches[0] : undefined;
  }

  private reuse(subjectId: string, matches: readonly string[]): Registered {
    const outcome: Outcome = { stream: subjectStream(subjectId), revision: undefined, events: [] };
    return { subjectId, created: false, matches: matches.filter((other) => other !== subjectId), outcome };
  }

  private async create(
    registration: Registration,
    contacts: readonly PreparedContact[],
    matches: readonly string[],
    context: CommandContext,
  ): Promise<Registered> {
    const subjectId = ownId(context);
    const outcome = await this.values.makeTheirs(
      subjectId,
      contacts,
      context,
      STEP_FIRST_SEAL,
      (contactPoints) => {
        const data = { registration: { subjectId, ...registration }, contactPoints };
        return this.bus.execute<RegisterSubjectCommand, Outcome<SubjectEvent>>(
          new RegisterSubjectCommand({ type: 'RegisterSubject', data }, context),
        );
      },
    );
    await this.link(subjectId, matches, registration.occurredAt, context);
    return { subjectId, created: true, matches, outcome };
  }

  /** Those who share an address stand in relation; they are never merged. */
  private async link(
    subjectId: string,
    matches: readonly string[],
    occurredAt: string,
    context: CommandContext,
  ) {
    for (const [index, otherSubjectId] of matches.entries()) {
      const message: Omit<LinkSubjects, 'metadata'> = {
        type: 'LinkSubjects',
        data: {
          link: { subjectId, otherSubjectId, relation: 'shares-contact-point', occurredAt },
          isOtherKnown: true,
          protection: { isErased: false, isRestricted: false },
        },
      };
      await this.runner.run({ decider: subjectDecider, stream: subjectStream(subjectId) }, message, context, {
        step: STEP_FIRST_LINK + index,
        subjects: [subjectId, otherSubjectId],
      });
    }
  }
}

/** The id that this command gives to a new person, on every try. */
function ownId(context: CommandContext): string {
  return allocatedId(context.commandId, 'subject');
}
