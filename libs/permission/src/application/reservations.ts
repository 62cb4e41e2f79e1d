import { Injectable } from '@nestjs/common';
import { allocatedId, defined } from '#kernel';
import type { CommandContext } from '#runtime';
import { Solicitations, type Reservation } from '#solicitation';
import type { CallLimit } from '#solicitation/contract';
import type { Question } from '../domain/gate/question.js';
import { publishedPolicy } from '../domain/policy/published.js';
import { Gate, type Answered } from './gate.js';

/** A place that is wanted for one contact with a person. */
export interface PlaceWanted {
  readonly subjectId: string;
  readonly question: Omit<Question, 'at' | 'attemptId'> & { readonly controllerId: string };
  /** The client's id of the contact, from here to its end. */
  readonly attemptId: string;
  readonly lifeMinutes?: number;
}

/** A place that is held, or why none is. */
export type PlaceAnswer = Reservation | { readonly refused: Answered };

/** Holds the place of a contact before it is made, so that two agents cannot both make the last one that is allowed. */
@Injectable()
export class Reservations {
  constructor(
    private readonly gate: Gate,
    private readonly solicitations: Solicitations,
  ) {}

  /**
   * Holds a place if the gate permits the contact now. The gate does not count the very attempt that is asked about, so
   * a repetition is not blocked by itself; the number of calls is judged once more where the place is taken. Rejects as
   * `Solicitations.reserve`.
   */
  async reserve(wanted: PlaceWanted, context: CommandContext): Promise<PlaceAnswer> {
    const { subjectId, question, attemptId, lifeMinutes } = wanted;
    const { controllerId, purposeId, channel } = question;
    const place = { subjectId, controllerId, purposeId, channel, attemptId, lifeMinutes };
    const own = { ...context, commandId: allocatedId(context.commandId, 'reserve') };
    // What came to its end is told again from its event, whatever the gate would say by now.
    if (context.isReplay === true) return this.solicitations.reserve(defined(place), own);
    const answered = await this.gate.check({ whom: { subjectId }, question: { ...question, attemptId } });
    if (!answered.decision.permitted) return { refused: answered };
    return this.solicitations.reserve(defined({ ...place, limit: limitOf(answered) }), own);
  }
}

function limitOf({ decision, policyVersion }: Answered): CallLimit | undefined {
  const rules = publishedPolicy(policyVersion)?.policy.callRules ?? [];
  const rule = rules.find(({ ruleId }) => ruleId === decision.rule?.callRuleId);
  return rule && { maxCalls: rule.maxCalls, perDays: rule.perDays, counts: rule.counts };
}
