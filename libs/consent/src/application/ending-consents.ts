import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { allocatedId } from '#kernel';
import type { CommandContext, Outcome } from '#runtime';
import type { ConsentEvent } from '../contract.js';
import type { InvalidateConsent, RevokeConsent } from '../domain/consent.commands.js';
import { InvalidateConsentCommand, RevokeConsentCommand } from './consent.commands.js';

type Act = 'actId' | 'subjectId' | 'consentId';

/** Ends one consent otherwise than by a "no" of the person. */
@Injectable()
export class EndingConsents {
  constructor(private readonly bus: CommandBus) {}

  /** Rejects as `RevokeConsent`. */
  async revoke(
    subjectId: string,
    consentId: string,
    why: Omit<RevokeConsent['data'], Act>,
    context: CommandContext,
  ): Promise<Outcome<ConsentEvent>> {
    const data = { actId: actOf(context), subjectId, consentId, ...why };
    return this.bus.execute(new RevokeConsentCommand({ type: 'RevokeConsent', data }, context));
  }

  /** Rejects as `InvalidateConsent`. */
  async invalidate(
    subjectId: string,
    consentId: string,
    why: Omit<InvalidateConsent['data'], Act>,
    context: CommandContext,
  ): Promise<Outcome<ConsentEvent>> {
    const data = { actId: actOf(context), subjectId, consentId, ...why };
    return this.bus.execute(new InvalidateConsentCommand({ type: 'InvalidateConsent', data }, context));
  }
}

function actOf({ commandId }: CommandContext): string {
  return allocatedId(commandId, 'act');
}
