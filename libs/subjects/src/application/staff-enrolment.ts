import { Inject, Injectable } from '@nestjs/common';
import type { EventStore } from '#event-store';
import { allocatedId, Personal, type Clock, type Uuid } from '#kernel';
import {
  CLOCK,
  EVENT_STORE,
  KEY_STORE,
  PersonalData,
  StreamWriter,
  systemActor,
  type CommandContext,
} from '#runtime';
import type { ActorIdentity, KeyStore } from '#subject-keys';
import { actorStream, type SubjectsEvent } from '../contract.js';

type ActorEnrolled = Extract<SubjectsEvent, { type: 'ActorEnrolled' }>;

const PATIENCE_MS = 5000;
const MAX_KNOWN = 10_000;

/**
 * Gives whoever signs in a pseudonym, and enters staff and services in the ledger at their first act: an actor
 * reference in a proof must lead to somebody. Who that is stands sealed, as for every person.
 */
@Injectable()
export class StaffEnrolment {
  private readonly enrolled = new Set<Uuid>();

  constructor(
    private readonly personal: PersonalData,
    private readonly writer: StreamWriter,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The actor id of an identity; enrolled when this returns. While the erasures are being replayed nothing can be
   * sealed, and a "no" may not wait for that: the actor is enrolled at their next act then; the key store knows them
   * already. Throws `Unavailable`, `KeyStoreUnavailable`.
   */
  async resolve(identity: ActorIdentity): Promise<{ readonly actorId: Uuid }> {
    const { actorId } = await this.keyStore.actors.resolve(identity);
    if (identity.kind !== 'subject' && this.keyStore.gate.isOpen && !this.enrolled.has(actorId)) {
      if (!(await this.isEnrolled(actorId))) await this.enrol(actorId, identity);
      if (this.enrolled.size < MAX_KNOWN) this.enrolled.add(actorId);
    }
    return { actorId };
  }

  private async isEnrolled(actorId: Uuid): Promise<boolean> {
    for await (const _ of this.store.read(actorStream(actorId), { limit: 1 })) return true;
    return false;
  }

  private async enrol(actorId: Uuid, { issuer, sub, kind }: ActorIdentity): Promise<void> {
    const context = this.context(actorId);
    const identity = await this.personal.seal({
      subjectId: actorId,
      scope: 'identity',
      about: 'staff-identity',
      fields: { issuer: Personal.of(issuer), sub: Personal.of(sub) },
      context,
      step: 1,
    });
    const data = { actorId, kind: kind === 'service' ? kind : 'operator', identity } as const;
    const step = { stream: actorStream(actorId), context, number: 0, subjects: [], isNo: false };
    await this.writer.record<ActorEnrolled>(step, ({ events }) =>
      events.length === 0 ? [{ type: 'ActorEnrolled', data }] : [],
    );
  }

  private context(actorId: Uuid): CommandContext {
    const commandId = allocatedId(actorId, 'enrolment');
    return {
      commandId,
      now: this.clock.now(),
      actor: systemActor,
      mayBeRetry: true,
      deadline: performance.now() + PATIENCE_MS,
      correlationId: commandId,
    };
  }
}
