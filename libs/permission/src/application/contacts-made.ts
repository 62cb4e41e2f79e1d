import { Injectable } from '@nestjs/common';
import { SayingNo } from '#consent';
import { allocatedId, defined, isUuid, type Channel, type Instant, type SourceKind } from '#kernel';
import type { CommandContext, Outcome } from '#runtime';
import { Solicitations } from '#solicitation';
import type { ContactOutcome } from '#solicitation/contract';

/** A contact as its sender tells it. */
export interface MadeContact {
  readonly subjectId: string;
  readonly controllerId: string;
  /** A purpose; where the person asked to stop any wording, which the ledger keeps sealed if it does not know it. */
  readonly purpose: string;
  readonly channel: Channel;
  /** Names the contact from its reservation to its end. Without one, a repetition counts as another contact. */
  readonly attemptId?: string;
  readonly contactPointId?: string;
  readonly outcome: ContactOutcome;
  readonly onBehalfOfId?: string;
  /** When it was made; now if absent, or when the same was told before. */
  readonly occurredAt?: string;
  /** What the person wants to stop; by default this purpose on this channel. */
  readonly stop?: WantedStop;
}

/** How far a "stop" goes beyond the purpose and the channel of the contact at which it was said. */
export interface WantedStop {
  readonly purpose?: string;
  readonly channels?: 'all' | readonly Channel[];
  /** One data controller only; absent: every one that has the purpose. */
  readonly controllerId?: string;
}

/** What is in the ledger of a contact. */
export interface RecordedContact {
  readonly attemptId: string;
  /** Tells where the act stands: the contact, or only the "no" where the contact was known already. */
  readonly outcome: Outcome;
  /** New events, those of the "no" included. */
  readonly appended: number;
  /** The person asked to stop, and that stands as a withdrawal. */
  readonly isStopped: boolean;
}

/** Where a "no" came from that was said on a channel. */
const SOURCES: Partial<Readonly<Record<Channel, SourceKind>>> = {
  'phone-human': 'phone-call',
  autodialer: 'phone-call',
  email: 'email-reply',
  post: 'paper',
};

/** Contacts that were made. A spoken "stop" is one act: it leaves the contact and the "no" (GDPR Art. 7(3), 21(2)). */
@Injectable()
export class ContactsMade {
  constructor(
    private readonly solicitations: Solicitations,
    private readonly no: SayingNo,
  ) {}

  /**
   * Records a contact. Where the person asked to stop, the "no" is recorded first: a process that dies between the two
   * has lost nothing that blocks, and the retry adds the contact.
   * Rejects as `Solicitations.record`; nothing where the person asked to stop.
   */
  async record(contact: MadeContact, context: CommandContext): Promise<RecordedContact> {
    const isStopped = contact.outcome === 'asked-to-stop';
    const told = { ...contact, occurredAt: await this.instantOf(contact, context) };
    const no = isStopped ? await this.stop(told, context) : undefined;
    const { attemptId, outcome } = await this.solicitations.record(
      factOf(told, context),
      // A command of its own, derived from this one: a retry finds each of the two where it stands.
      { ...context, commandId: allocatedId(context.commandId, 'contact') },
    );
    const isOnlyNo = no !== undefined && no.events.length > 0 && outcome.events.length === 0;
    const appended = outcome.events.length + (no?.events.length ?? 0);
    return { attemptId, outcome: isOnlyNo ? no : outcome, appended, isStopped };
  }

  /**
   * A "no" that claims an instant to come counts from now. One that is told again without an instant counts from where
   * it was told first: it must not end what the person has agreed to since.
   */
  private async instantOf(contact: MadeContact, { now }: CommandContext): Promise<Instant> {
    const { subjectId, attemptId, outcome, occurredAt } = contact;
    if (outcome !== 'asked-to-stop') return occurredAt ?? now;
    if (occurredAt !== undefined) return occurredAt < now ? occurredAt : now;
    const before = attemptId && (await this.solicitations.stopToldAt(subjectId, attemptId));
    return before || now;
  }

  private stop(
    { subjectId, purpose, channel, occurredAt, stop = {} }: MadeContact & { readonly occurredAt: Instant },
    context: CommandContext,
  ): Promise<Outcome> {
    const { controllerId } = stop;
    const no = defined({
      purpose: stop.purpose ?? purpose,
      channels: stop.channels ?? [channel],
      controllerId,
      occurredAt,
      source: { kind: SOURCES[channel] ?? ('staff' as const) },
      indicatedBy: 'data-subject' as const,
    });
    return this.no.withdraw(subjectId, no, context);
  }
}

function factOf(
  { purpose, stop: _, attemptId, ...contact }: MadeContact & { readonly occurredAt: Instant },
  { commandId }: CommandContext,
) {
  return {
    ...contact,
    attemptId: attemptId ?? allocatedId(commandId, 'attempt'),
    purposeId: isUuid(purpose) ? purpose : ('unknown' as const),
    direction: 'outbound' as const,
  };
}
