import { Inject, Injectable } from '@nestjs/common';
import { consentStream, type ConsentEvent } from '#consent/contract';
import type { EventCodec, EventStore, LedgerEvent } from '#event-store';
import { fold } from '#kernel';
import { purposeStream } from '#register/contract';
import { CODEC, EVENT_STORE, LedgerReader } from '#runtime';
import { subjectStream } from '#subjects/contract';
import { rightsStream, type RightsEvent } from '../contract.js';
import {
  evolveConsentHistory,
  initialConsentHistory,
  type ConsentHistory,
} from '../domain/consent-history.js';
import { rightsDecider } from '../domain/rights.decider.js';
import type { RightsState } from '../domain/rights-state.js';

/** The rights of a person, as `rights-<id>` tells them. */
export interface RightsFacts {
  readonly state: RightsState;
  readonly rights: readonly (LedgerEvent & RightsEvent)[];
}

interface Remembered {
  readonly history: ConsentHistory;
  readonly revision: bigint;
}

/** Histories kept in memory; they are small, whatever the number of events behind them. */
const MAX_REMEMBERED = 1000;

/** Reads what an erasure looks at, from the person's own streams. */
@Injectable()
export class RightsFactsReader {
  private readonly remembered = new Map<string, Remembered>();

  constructor(
    private readonly reader: LedgerReader,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CODEC) private readonly codec: EventCodec,
  ) {}

  /** Folds `rights-<id>`. */
  async of(subjectId: string): Promise<RightsFacts> {
    const rights = (await this.reader.history(rightsStream(subjectId))) as (LedgerEvent & RightsEvent)[];
    return { state: fold(rightsDecider, rights), rights };
  }

  /** Whether a person of that id was ever registered. */
  isKnown(subjectId: string): Promise<boolean> {
    return this.exists(subjectStream(subjectId));
  }

  /** Whether a purpose of that id was ever declared: an objection asks no more, and needs nothing decoded for it. */
  isPurpose(purposeId: string): Promise<boolean> {
    return this.exists(purposeStream(purposeId));
  }

  /** Folds `consent-<id>`. A stream only grows, so what was folded before is taken up where it ended. */
  async consentHistory(subjectId: string): Promise<ConsentHistory> {
    const stream = consentStream(subjectId);
    const known = this.remembered.get(stream);
    let history = known?.history ?? initialConsentHistory;
    let revision = known?.revision ?? -1n;
    for await (const stored of this.store.read(stream, { from: revision + 1n })) {
      history = evolveConsentHistory(history, this.codec.decode(stored) as LedgerEvent & ConsentEvent);
      revision = stored.revision;
    }
    this.remember(stream, { history, revision });
    return history;
  }

  private async exists(stream: string): Promise<boolean> {
    for await (const _ of this.store.read(stream, { limit: 1 })) return true;
    return false;
  }

  private remember(stream: string, known: Remembered): void {
    this.remembered.delete(stream);
    this.remembered.set(stream, known);
    const [oldest] = this.remembered.keys();
    if (this.remembered.size > MAX_REMEMBERED && oldest !== undefined) this.remembered.delete(oldest);
  }
}
