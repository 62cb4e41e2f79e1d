import { Injectable } from '@nestjs/common';
import type { LedgerEvent } from '#event-store';
import type { Reactor } from '#runtime';
import type { RightsEvent } from '../contract.js';
import { ErasureEnd } from '../eraser/erasure-end.js';
import { ErasureSaga } from './erasure-saga.js';
import { RecipientNotification } from './recipient-notification.js';
import { ValueErasureSaga } from './value-erasure-saga.js';

/**
 * Carries out what was ordered, and takes up what waited when a restriction is lifted. Where a stream cannot be closed
 * yet, the eraser's next pass does it: an event is not kept waiting for that.
 */
@Injectable()
export class ErasureReactor implements Reactor {
  readonly name = 'erasure';
  readonly handles = [
    'ErasureOrdered',
    'ValueErasureOrdered',
    'RestrictionLifted',
    'RecipientAcknowledged',
    'RecipientFailed',
  ];

  constructor(
    private readonly saga: ErasureSaga,
    private readonly values: ValueErasureSaga,
    private readonly recipients: RecipientNotification,
    private readonly end: ErasureEnd,
  ) {}

  async react(event: LedgerEvent): Promise<void> {
    const { data } = event as LedgerEvent & RightsEvent;
    await this.saga.advanceAll(data.subjectId);
    await this.values.advanceAll(data.subjectId);
    await this.recipients.settle(data.subjectId);
    await this.end.advanceAll(data.subjectId);
  }
}
