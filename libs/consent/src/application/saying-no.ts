import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { allocatedId, defined, isUuid, Personal, type Channel, type Indicator } from '#kernel';
import type { CommandContext, Outcome } from '#runtime';
import { SubjectErased } from '#subject-keys';
import type { ConsentEvent, Source } from '../contract.js';
import type { WithdrawConsent } from '../domain/consent.commands.js';
import { RefuseConsentCommand, WithdrawConsentCommand } from './consent.commands.js';
import { ConsentEvidence, type EvidenceInput } from './evidence.js';
import { ConsentFacts } from './consent-facts.js';

/** A "no" as a client says it; nothing in it can be wrong enough to be declined. */
export interface NoInput {
  /** A purpose, `all`, or any wording: what the ledger does not know is kept sealed and blocks like `all`. */
  readonly purpose: string;
  readonly channels: 'all' | readonly Channel[];
  readonly controllerId?: string;
  readonly occurredAt: string;
  readonly source: Source;
  readonly indicatedBy: Indicator;
  readonly reason?: NonNullable<WithdrawConsent['data']['reason']>;
  readonly evidence?: EvidenceInput;
}

/** Records refusals and withdrawals: never declined, whoever the person is and whatever the purpose. */
@Injectable()
export class SayingNo {
  constructor(
    private readonly bus: CommandBus,
    private readonly facts: ConsentFacts,
    private readonly evidence: ConsentEvidence,
  ) {}

  /** Records one refusal per channel; the last outcome tells where they stand. */
  async refuse(subjectId: string, input: NoInput, context: CommandContext): Promise<Outcome<ConsentEvent>> {
    return this.each(subjectId, input, context, (data) => {
      const { reason: _, ...refusal } = data;
      return (sub) =>
        this.bus.execute(new RefuseConsentCommand({ type: 'RefuseConsent', data: refusal }, sub));
    });
  }

  /** Records one withdrawal per channel (Art. 7(3)). */
  async withdraw(subjectId: string, input: NoInput, context: CommandContext): Promise<Outcome<ConsentEvent>> {
    return this.each(
      subjectId,
      input,
      context,
      (data) => (sub) => this.bus.execute(new WithdrawConsentCommand({ type: 'WithdrawConsent', data }, sub)),
    );
  }

  private async each(
    subjectId: string,
    input: NoInput,
    context: CommandContext,
    toRun: (data: WithdrawConsent['data']) => (context: CommandContext) => Promise<Outcome<ConsentEvent>>,
  ): Promise<Outcome<ConsentEvent>> {
    const isKnown = input.purpose === 'all' || (await this.isKnownPurpose(input.purpose));
    const evidence = await this.sealed(subjectId, input, isKnown, context);
    const { controllerId, occurredAt, source, indicatedBy, reason } = input;
    const channels = input.channels === 'all' ? (['all'] as const) : input.channels;
    const outcomes: Outcome<ConsentEvent>[] = [];
    for (const channel of channels) {
      const data = defined({
        actId: allocatedId(context.commandId, 'act'),
        subjectId,
        purposeId: isKnown ? input.purpose : 'unknown',
        channel,
        controllerId,
        occurredAt,
        source,
        indicatedBy,
        reason,
        evidence: evidence.length === 0 ? undefined : [...evidence],
      }) as WithdrawConsent['data'];
      // Each channel is a command of its own, derived from this one, so that a retry finds each where it stands.
      const own = { ...context, commandId: channelCommandId(context, channel, channels.length) };
      outcomes.push(await toRun(data)(own));
    }
    return together(outcomes);
  }

  private async isKnownPurpose(purpose: string): Promise<boolean> {
    return isUuid(purpose) && (await this.facts.isPurpose(purpose));
  }

  /** An erased person has no key left to seal with; the "no" stands without its context. */
  private async sealed(subjectId: string, input: NoInput, isKnown: boolean, context: CommandContext) {
    try {
      const refs = [...(await this.evidence.seal(subjectId, input.evidence, context, true))];
      if (!isKnown)
        refs.push(await this.evidence.sealUnknownPurpose(subjectId, Personal.of(input.purpose), context));
      return refs;
    } catch (error) {
      if (error instanceof SubjectErased) return [];
      throw error;
    }
  }
}

function channelCommandId(context: CommandContext, channel: string, count: number): string {
  return count === 1 ? context.commandId : allocatedId(context.commandId, `no ${channel}`);
}

function together(outcomes: readonly Outcome<ConsentEvent>[]): Outcome<ConsentEvent> {
  const last = outcomes.at(-1);
  if (last === undefined) throw new RangeError('A "no" names at least one channel');
  const placed = outcomes.findLast(({ position }) => position !== undefined);
  return { ...(placed ?? last), events: outcomes.flatMap(({ events }) => events) };
}
