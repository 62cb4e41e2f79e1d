import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { SayingNo } from '#consent';
import { defined, type Clock } from '#kernel';
import { CLOCK, type CommandContext } from '#runtime';
import type { LinkTarget } from '../domain/link-target.js';

/** How long a click is tried, in milliseconds: as long as a command, for nobody clicks twice to be sure. */
const PATIENCE_MS = 20_000;

/** Records that somebody followed a link and unsubscribed: the act of the person whom the link was made for. */
@Injectable()
export class Unsubscribing {
  constructor(
    private readonly no: SayingNo,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Records the withdrawal, in force when it returns. A second click is a second act: between the two the person may
   * have agreed anew. Never declined, whoever the person is by now.
   */
  async record({ subjectId, purposeId, channel, controllerId }: LinkTarget): Promise<void> {
    const context = this.contextOf(subjectId);
    await this.no.withdraw(
      subjectId,
      defined({
        purpose: purposeId,
        channels: channel === 'all' ? ('all' as const) : [channel],
        controllerId,
        occurredAt: context.now,
        source: { kind: 'unsubscribe-link' as const },
        indicatedBy: 'data-subject' as const,
      }),
      context,
    );
  }

  private contextOf(subjectId: string): CommandContext {
    const commandId = randomUUID();
    return {
      commandId,
      now: this.clock.now(),
      actor: { k: 'subject', ref: subjectId },
      mayBeRetry: false,
      deadline: performance.now() + PATIENCE_MS,
      correlationId: commandId,
    };
  }
}
