import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { allocatedId, type Instant } from '#kernel';
import { systemActor, type Outcome } from '#runtime';
import type { ConsentEvent } from '../contract.js';
import { ExpireConsentCommand } from './consent.commands.js';

/** How long the ledger's own act retries conflicts, in milliseconds. */
const PATIENCE_MS = 10_000;

/** The ledger's own clock ends consents: each once, under a command id that is the same for every process and try. */
@Injectable()
export class ExpiringConsents {
  constructor(private readonly bus: CommandBus) {}

  /** Notes the end of a consent, if it has come by `now` and nothing ended it before; answers whether it did. */
  async expire(subjectId: string, consentId: string, now: Instant): Promise<boolean> {
    const commandId = allocatedId(consentId, 'expiry');
    const context = {
      ...{ commandId, now, actor: systemActor, mayBeRetry: true, correlationId: commandId },
      deadline: performance.now() + PATIENCE_MS,
    };
    const command = new ExpireConsentCommand(
      { type: 'ExpireConsent', data: { subjectId, consentId } },
      context,
    );
    const outcome = await this.bus.execute<ExpireConsentCommand, Outcome<ConsentEvent>>(command);
    return outcome.events.length > 0;
  }
}
