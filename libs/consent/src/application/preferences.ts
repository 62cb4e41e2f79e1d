import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { allocatedId, type Clock } from '#kernel';
import { CLOCK, handlersFor, LedgerCommand, LedgerReader, type CommandContext, type Outcome } from '#runtime';
import { preferencesStream, type PreferencesEvent } from '../contract.js';
import {
  preferencesDecider,
  type Preferences,
  type StatePreferences,
} from '../domain/preferences.decider.js';
import { ConsentFacts } from './consent-facts.js';

export class StatePreferencesCommand extends LedgerCommand<StatePreferences> {}

/** All handlers of `preferences-<subject>`. */
export const preferencesHandlers = handlersFor(
  preferencesDecider,
  ({ data }) => preferencesStream(data.stated.subjectId),
  { StatePreferences: StatePreferencesCommand },
);

/** What people like to read: neither a yes nor a no to being contacted. */
@Injectable()
export class StatedPreferences {
  constructor(
    private readonly bus: CommandBus,
    private readonly reader: LedgerReader,
    private readonly facts: ConsentFacts,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Rejects as `StatePreferences`. */
  async state(
    input: Omit<Preferences, 'actId'>,
    context: CommandContext,
  ): Promise<Outcome<PreferencesEvent>> {
    const { status } = await this.facts.subject(input.subjectId, input.occurredAt);
    const stated = { ...input, actId: allocatedId(context.commandId, 'act') };
    const command = { type: 'StatePreferences', data: { stated, status } } as const;
    return this.bus.execute(new StatePreferencesCommand(command, context));
  }

  /** What the person stated last; `undefined`: nothing. Read from the ledger itself, so never behind. */
  async of(subjectId: string): Promise<Preferences | undefined> {
    const { state } = await this.reader.fold(preferencesDecider, preferencesStream(subjectId));
    return state.standing;
  }

  /** What the ledger knows of the person now. */
  async statusOf(subjectId: string): Promise<'registered' | 'unknown' | 'erased'> {
    const { status } = await this.facts.subject(subjectId, this.clock.now());
    return status;
  }
}
