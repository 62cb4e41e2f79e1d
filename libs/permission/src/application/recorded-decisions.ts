import { Injectable } from '@nestjs/common';
import { Problem } from '#http';
import { allocatedId, defined } from '#kernel';
import { StreamWriter, type CommandContext, type Outcome } from '#runtime';
import { decisionStream, MAX_DECIDING, type DecisionRecorded } from '#solicitation/contract';
import type { Answered, Asked } from './gate.js';

/** An answer that stands in the ledger. */
export interface RecordedDecision {
  readonly decisionId: string;
  readonly outcome: Outcome<DecisionRecorded>;
}

/** Keeps answers of the gate as evidence that the sender asked, each in the history of the person it is about. */
@Injectable()
export class RecordedDecisions {
  constructor(private readonly writer: StreamWriter) {}

  /**
   * Records one answer; asking again is another decision. `place` tells the answers of one request apart. Of an address
   * that several people have the answer is no one's: the reasons may be another person's, so it would tell of the one
   * in the history of the other. Throws `decision-not-recordable` then and where nobody has it; `Unavailable`.
   */
  async record(
    asked: Asked,
    answered: Answered,
    context: CommandContext,
    place = 0,
  ): Promise<RecordedDecision> {
    const subjectId = subjectOf(asked, answered);
    const commandId = allocatedId(context.commandId, `decision ${String(place)}`);
    const decisionId = allocatedId(commandId, 'decision');
    const data = { decisionId, subjectId, ...factOf(asked, answered), occurredAt: context.now };
    const outcome = await this.writer.record<DecisionRecorded>(
      {
        ...{ stream: decisionStream(subjectId), context: { ...context, commandId } },
        ...{ number: 0, subjects: [subjectId], isNo: false, isUnconditional: true },
      },
      () => [{ type: 'DecisionRecorded', data }],
    );
    return { decisionId, outcome };
  }
}

function subjectOf({ whom }: Asked, { reached = [] }: Answered): string {
  if ('subjectId' in whom) return whom.subjectId;
  const [only, ...others] = new Set(reached);
  if (only === undefined || others.length > 0) {
    throw new Problem('decision-not-recordable', { pointer: '/record' });
  }
  return only;
}

function factOf({ question }: Asked, { decision, policyVersion, at }: Answered) {
  const { purposeId, channel, controllerId } = question;
  const { permitted, reasons, rule, deciding } = decision;
  // An entry of the suppression list is nobody's event, and names none.
  const events = new Set(deciding.map(({ eventId }) => eventId).filter((eventId) => eventId !== ''));
  return {
    ...defined({ purposeId, channel, controllerId, ruleId: rule?.ruleId }),
    permitted,
    reasons: reasons.map(({ code }) => code),
    policyVersion,
    decidingEventIds: [...events].slice(0, MAX_DECIDING),
    at,
  };
}
