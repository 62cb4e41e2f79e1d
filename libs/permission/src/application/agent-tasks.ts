import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import { defined, Rejection, type Clock, type Instant, type RejectionCode } from '#kernel';
import { CLOCK, LedgerReader, type CommandContext } from '#runtime';
import {
  isOpen,
  solicitationStream,
  type ContactOutcome,
  type SolicitationEvent,
} from '#solicitation/contract';
import type { ReasonCode } from '../domain/gate/decision.js';
import type { AgentTask } from './agent-links.js';
import { ContactsMade } from './contacts-made.js';
import { Gate } from './gate.js';
import { Reservations } from './reservations.js';

/** How long a click is tried, in milliseconds. */
const PATIENCE_MS = 10_000;

/** How a call ended, as an agent tells it; a spoken "stop" is another button. */
export const agentOutcomes = ['answered', 'no-answer', 'busy', 'wrong-number', 'refused'] as const;
export type AgentOutcome = (typeof agentOutcomes)[number];

/** Where a contact stands. */
export interface TaskState {
  /** Everything that stands against it now; empty: it may be made. */
  readonly reasons: readonly ReasonCode[];
  /** Its place is held until then. */
  readonly reservedUntil?: Instant;
  /** How it ended, where that was told. */
  readonly outcome?: ContactOutcome;
  /** The link is past its end: it takes a "no" alone. */
  readonly isExpired: boolean;
}

/** What an agent does on the page of one contact. Each act may be repeated and counts once. */
@Injectable()
export class AgentTasks {
  constructor(
    private readonly gate: Gate,
    private readonly reservations: Reservations,
    private readonly contacts: ContactsMade,
    private readonly reader: LedgerReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Where the contact stands now. */
  async stateOf(task: AgentTask): Promise<TaskState> {
    const now = this.clock.now();
    const [{ decision }, attempt] = await Promise.all([
      this.gate.check({ whom: { subjectId: task.subjectId }, question: questionOf(task) }),
      this.attemptOf(task, now),
    ]);
    const reasons = decision.reasons.map(({ code }) => code);
    return { reasons, ...attempt, isExpired: task.expiresAt <= now };
  }

  /** Holds the place, where the gate permits it; what declines it, if the ledger does. */
  reserve(task: AgentTask): Promise<RejectionCode | undefined> {
    const { subjectId, attemptId } = task;
    const question = questionOf(task);
    return declining(() =>
      this.reservations.reserve({ subjectId, attemptId, question }, this.contextOf(task)),
    );
  }

  /** Records how it ended; what declines it, if the ledger does. */
  record(task: AgentTask, outcome: AgentOutcome): Promise<RejectionCode | undefined> {
    return declining(() => this.contacts.record({ ...contactOf(task), outcome }, this.contextOf(task)));
  }

  /**
   * Records that the person asked to stop: a withdrawal in the same act (C. conso. R.223-3). Never declined, whatever
   * the link's age and whoever the person is by now.
   */
  async stop(task: AgentTask): Promise<void> {
    await this.contacts.record({ ...contactOf(task), outcome: 'asked-to-stop' }, this.contextOf(task));
  }

  private async attemptOf(
    { subjectId, attemptId }: AgentTask,
    now: Instant,
  ): Promise<Pick<TaskState, 'reservedUntil' | 'outcome'>> {
    const history = await this.reader.history(solicitationStream(subjectId));
    const own = (history as readonly object[] as readonly SolicitationEvent[]).filter(
      ({ data }) => data.attemptId === attemptId,
    );
    const made = own.findLast((event) => event.type === 'ContactMade');
    if (made !== undefined) return { outcome: made.data.outcome };
    const last = own.at(-1);
    if (last?.type !== 'ContactAttemptReserved') return {};
    const { expiresAt } = last.data;
    return isOpen({ state: 'reserved', expiresAt }, now) ? { reservedUntil: expiresAt } : {};
  }

  private contextOf({ actor }: AgentTask): CommandContext {
    const commandId = randomUUID();
    return {
      ...{ commandId, correlationId: commandId, now: this.clock.now(), actor },
      ...{ mayBeRetry: false, deadline: performance.now() + PATIENCE_MS },
    };
  }
}

function questionOf({ purposeId, channel, controllerId, attemptId, ...goods }: AgentTask) {
  const { goodsNature, productCategory } = goods;
  return { purposeId, channel, controllerId, attemptId, message: defined({ goodsNature, productCategory }) };
}

function contactOf({ subjectId, controllerId, purposeId, channel, attemptId }: AgentTask) {
  return { subjectId, controllerId, purpose: purposeId, channel, attemptId };
}

/** A "no" of the ledger is told on the page; anything else is thrown. */
async function declining(act: () => Promise<unknown>): Promise<RejectionCode | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof Rejection) return error.code;
    throw error;
  }
}
