import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import {
  allocatedId,
  defined,
  isUuid,
  Personal,
  type Channel,
  type Indicator,
  type SourceKind,
} from '#kernel';
import type { CommandContext, Outcome } from '#runtime';
import type { RightsEvent } from '../contract.js';
import type { RaiseObjection } from '../domain/rights.commands.js';
import { RaiseObjectionCommand } from './rights.commands.js';
import { RightsFactsReader } from './rights-facts.js';
import { Statements } from './statements.js';

/** An objection as a client says it; nothing in it can be wrong enough to be declined. */
export interface ObjectionInput {
  readonly kind: 'marketing' | 'general';
  readonly purpose: string;
  readonly channels: 'all' | readonly Channel[];
  readonly controllerId?: string;
  readonly source: SourceKind;
  readonly indicatedBy: Indicator;
  readonly requestId?: string;
  readonly statement?: Personal<string>;
  readonly occurredAt: string;
}

/** Records objections: never declined, whoever the person is and whatever the purpose (Art. 21). */
@Injectable()
export class Objections {
  constructor(
    private readonly bus: CommandBus,
    private readonly facts: RightsFactsReader,
    private readonly statements: Statements,
  ) {}

  /** One objection per channel; the answer tells where the last of them stands. */
  async raise(
    subjectId: string,
    input: ObjectionInput,
    context: CommandContext,
  ): Promise<{ readonly objectionId: string; readonly outcome: Outcome }> {
    const isKnown =
      input.purpose === 'all' || (isUuid(input.purpose) && (await this.facts.isPurpose(input.purpose)));
    const wording = isKnown ? input.statement : Personal.of(wordsOf(input));
    const statement = await this.statements.seal(subjectId, wording, context, true);
    const { kind, controllerId, occurredAt, source, indicatedBy, requestId } = input;
    const objectionId = allocatedId(context.commandId, 'objection');
    const channels = input.channels === 'all' ? (['all'] as const) : input.channels;
    const outcomes: Outcome<RightsEvent>[] = [];
    for (const channel of channels) {
      const data = defined({
        objectionId,
        subjectId,
        kind,
        purposeId: isKnown ? input.purpose : 'unknown',
        channel,
        controllerId,
        occurredAt,
        source,
        indicatedBy,
        requestId,
        statement,
      }) as RaiseObjection['data'];
      const commandId =
        channels.length === 1 ? context.commandId : allocatedId(context.commandId, `no ${channel}`);
      outcomes.push(
        await this.bus.execute(
          new RaiseObjectionCommand({ type: 'RaiseObjection', data }, { ...context, commandId }),
        ),
      );
    }
    const last = outcomes.findLast(({ position }) => position !== undefined) ?? outcomes.at(-1);
    if (last === undefined) throw new RangeError('An objection names at least one channel');
    return { objectionId, outcome: { ...last, events: outcomes.flatMap(({ events }) => events) } };
  }
}

/** The wording of an unknown purpose, with whatever else the person said. */
function wordsOf({ purpose, statement }: ObjectionInput): string {
  return statement === undefined ? purpose : `${purpose}\n\n${statement.reveal()}`;
}
