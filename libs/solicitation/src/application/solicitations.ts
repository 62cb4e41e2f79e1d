import { Injectable } from '@nestjs/common';
import { UndecodableEvent, type LedgerEvent } from '#event-store';
import type { Channel, Instant } from '#kernel';
import { rightsStream, type RightsEvent } from '#rights/contract';
import { DeciderRunner, LedgerReader, type CommandContext, type Outcome, type RunOptions } from '#runtime';
import {
  solicitationStream,
  type CallLimit,
  type ContactMade,
  type ReleaseReason,
  type SolicitationEvent,
} from '../contract.js';
import { isErasedBy } from '../domain/erased.js';
import type { SolicitationCommand } from '../domain/solicitation.commands.js';
import { solicitationDecider } from '../domain/solicitation.decider.js';

/** How long a place may be held, in minutes. */
export const reservationLife = { defaultMinutes: 120, minMinutes: 5, maxMinutes: 24 * 60 } as const;

/** A place that is wanted for one contact. */
export interface WantedReservation {
  readonly subjectId: string;
  readonly controllerId: string;
  readonly purposeId: string;
  readonly channel: Channel;
  /** Names the contact from here to its end. */
  readonly attemptId: string;
  /** What the law allows on that day; absent: nothing limits the number. */
  readonly limit?: CallLimit;
  /** Within {@link reservationLife}. */
  readonly lifeMinutes?: number;
}

/** A place that is held. */
export interface Reservation {
  readonly attemptId: string;
  readonly expiresAt: string;
  readonly outcome: Outcome<SolicitationEvent>;
}

/** A recorded contact. */
export interface RecordedContact {
  readonly attemptId: string;
  readonly outcome: Outcome<SolicitationEvent>;
}

type MessageOf<C> = C extends SolicitationCommand ? Omit<C, 'metadata'> : never;
type Message = MessageOf<SolicitationCommand>;

/** Contacts with people: reserved before, recorded after. Each call is one step, number 0, of the command given. */
@Injectable()
export class Solicitations {
  constructor(
    private readonly runner: DeciderRunner,
    private readonly reader: LedgerReader,
  ) {}

  /**
   * Holds a place for one contact. The limit is judged on the whole stream, and the event is appended at the very
   * revision that was judged: of callers who ask at once, each later one is judged again with the earlier ones counted.
   * Rejects: `call-limit-reached`, `attempt-already-used`, `subject-erased`. Throws `RangeError` for another life.
   */
  async reserve(wanted: WantedReservation, context: CommandContext): Promise<Reservation> {
    const { minMinutes, maxMinutes, defaultMinutes } = reservationLife;
    const { lifeMinutes = defaultMinutes, subjectId, attemptId } = wanted;
    if (!(lifeMinutes >= minMinutes && lifeMinutes <= maxMinutes))
      throw new RangeError(`A place is held for ${String(minMinutes)} to ${String(maxMinutes)} minutes`);
    const isErased = await this.isErased(subjectId, context);
    const data = { ...wanted, lifeMinutes, isErased };
    const outcome = await this.run(subjectId, { type: 'ReserveAttempt', data }, context, { isPatient: true });
    const [reserved] = outcome.events;
    if (reserved?.type === 'ContactAttemptReserved')
      return { attemptId, expiresAt: reserved.data.expiresAt, outcome };
    const { state } = await this.reader.fold(solicitationDecider, solicitationStream(subjectId));
    return { attemptId, expiresAt: state.attempts.get(attemptId)?.expiresAt ?? context.now, outcome };
  }

  /**
   * Records a contact that was made, once however often it is said, whoever the person is: a fact is not lost because
   * nobody registered them. Rejects: `occurred-in-the-future`, `subject-erased`, `attempt-already-used`; nothing where
   * the person asked to stop.
   */
  async record(contact: ContactMade, context: CommandContext): Promise<RecordedContact> {
    const isNo = contact.outcome === 'asked-to-stop';
    const { subjectId } = contact;
    const isErased = !isNo && (await this.isErased(subjectId, context));
    const message: Message = { type: 'RecordContact', data: { contact, isErased } };
    const outcome = await this.run(subjectId, message, context, { isNo, isPatient: true });
    const [made] = outcome.events;
    if (made !== undefined) return { attemptId: made.data.attemptId, outcome };
    if (context.isReplay === true && !isNo) await this.declineAgain(subjectId, message, context);
    return { attemptId: contact.attemptId, outcome };
  }

  /**
   * When the person asked to stop at an attempt, if that was told before; `undefined` also where it cannot be read,
   * for a "no" waits for nothing.
   */
  async stopToldAt(subjectId: string, attemptId: string): Promise<Instant | undefined> {
    const history = await this.reader.history(solicitationStream(subjectId)).catch((error: unknown) => {
      if (error instanceof UndecodableEvent) return [];
      throw error;
    });
    const told = (history as readonly (LedgerEvent & SolicitationEvent)[]).find(
      ({ type, data }) =>
        type === 'ContactMade' && data.attemptId === attemptId && data.outcome === 'asked-to-stop',
    );
    return told?.data.occurredAt;
  }

  /** Gives back a place. Rejects: `attempt-unknown`, `attempt-already-used`, `subject-erased`. */
  async release(
    {
      subjectId,
      ...release
    }: { readonly subjectId: string; readonly attemptId: string; readonly reason: ReleaseReason },
    context: CommandContext,
  ): Promise<Outcome<SolicitationEvent>> {
    const isErased = await this.isErased(subjectId, context);
    const data = { subjectId, ...release, isErased };
    return this.run(subjectId, { type: 'ReleaseAttempt', data }, context, {});
  }

  private run(
    subjectId: string,
    message: Message,
    context: CommandContext,
    options: RunOptions,
  ): Promise<Outcome<SolicitationEvent>> {
    const aggregate = { decider: solicitationDecider, stream: solicitationStream(subjectId) };
    return this.runner.run(aggregate, message, context, options);
  }

  /**
   * A command of several contacts that came to its end is answered again, and nothing is decided then. What declined
   * this contact declines it for ever, so it is found again; throws that `Rejection`.
   */
  private async declineAgain(
    subjectId: string,
    message: Message,
    { now, actor }: CommandContext,
  ): Promise<void> {
    const { state } = await this.reader.fold(solicitationDecider, solicitationStream(subjectId));
    solicitationDecider.decide({ ...message, metadata: { now, actor } }, state);
  }

  /** As it stood when the command was received, so that every attempt at it finds the same. */
  private async isErased(subjectId: string, { now }: CommandContext): Promise<boolean> {
    const rights = await this.reader.history(rightsStream(subjectId));
    return isErasedBy(rights as readonly (LedgerEvent & RightsEvent)[], now);
  }
}
