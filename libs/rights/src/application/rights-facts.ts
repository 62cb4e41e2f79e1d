import { Injectable } from '@nestjs/common';
import { consentStream, type ConsentEvent } from '#consent/contract';
import type { LedgerEvent } from '#event-store';
import { fold } from '#kernel';
import { LedgerReader } from '#runtime';
import { subjectStream, type SubjectEvent } from '#subjects/contract';
import { rightsStream, type RightsEvent } from '../contract.js';
import { rightsDecider } from '../domain/rights.decider.js';
import type { RightsState } from '../domain/rights-state.js';

/** Everything an erasure looks at, from the person's own streams. */
export interface RightsFacts {
  readonly state: RightsState;
  readonly rights: readonly (LedgerEvent & RightsEvent)[];
  readonly consent: readonly (LedgerEvent & ConsentEvent)[];
  readonly subject: readonly (LedgerEvent & SubjectEvent)[];
}

/** Reads what is known of a person's rights now. */
@Injectable()
export class RightsFactsReader {
  constructor(private readonly reader: LedgerReader) {}

  /** Folds `rights-`, `consent-` and `subject-<id>`. */
  async of(subjectId: string): Promise<RightsFacts> {
    const streams = [rightsStream(subjectId), consentStream(subjectId), subjectStream(subjectId)];
    const [rights = [], consent = [], subject = []] = await this.reader.many(streams);
    const history = rights as (LedgerEvent & RightsEvent)[];
    return {
      state: fold(rightsDecider, history),
      rights: history,
      consent: consent as (LedgerEvent & ConsentEvent)[],
      subject: subject as (LedgerEvent & SubjectEvent)[],
    };
  }
}
