import { Inject, Injectable } from '@nestjs/common';
import type { EventStore } from '#event-store';
import { purposeStream } from '#register/contract';
import { AuditCopy, EVENT_STORE, LedgerReader } from '#runtime';
import { GateHistories } from './gate-histories.js';

/** The purposes that the gate is asked about. */
@Injectable()
export class GatePurposes extends GateHistories {
  constructor(reader: LedgerReader, copy: AuditCopy, @Inject(EVENT_STORE) store: EventStore) {
    super(purposeStream, reader, copy, store);
  }
}
