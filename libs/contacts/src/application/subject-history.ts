import { Inject, Injectable } from '@nestjs/common';
import { consentStream, informationStream } from '#consent/contract';
import {
  UndecodableEvent,
  type EventCodec,
  type EventStore,
  type LedgerEvent,
  type StoredEvent,
  type StreamName,
} from '#event-store';
import { rightsStream } from '#rights/contract';
import { CODEC, EVENT_STORE } from '#runtime';
import { solicitationStream } from '#solicitation/contract';
import { relationshipStream, subjectStream } from '#subjects/contract';

/** Newest revision to read of each stream; a stream that is not named was not there. */
export type Revisions = ReadonlyMap<StreamName, bigint>;

/** What a person's streams hold. */
export interface SubjectEvents {
  /** In the order of the ledger. */
  readonly events: readonly LedgerEvent[];
  /** False: an event could not be decoded, and it is not here, nor what follows it. */
  readonly isWhole: boolean;
}

/** The streams that a contact's state is made of. */
export function streamsOfSubject(subjectId: string): readonly StreamName[] {
  return [
    subjectStream,
    consentStream,
    rightsStream,
    relationshipStream,
    solicitationStream,
    informationStream,
  ].map((streamOf) => streamOf(subjectId));
}

/** Reads a person's streams themselves, past and present: what read models are made of. */
@Injectable()
export class SubjectHistory {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CODEC) private readonly codec: EventCodec,
  ) {}

  /**
   * A person's history in the order of the ledger, with the relations that others named; with `upTo` as it was
   * then. As in the read model, an event that cannot be decoded holds back everything of the person behind it.
   */
  async of(subjectId: string, linkedFrom: readonly string[] = [], upTo?: Revisions): Promise<SubjectEvents> {
    const own = await Promise.all(streamsOfSubject(subjectId).map((stream) => this.stored(stream, upTo)));
    const { events, isWhole } = this.decode(own.flat().sort(inLedgerOrder));
    const links = await Promise.all(linkedFrom.map((other) => this.linksTo(subjectId, other, upTo)));
    return { events: [...events, ...links.flat()].sort(inLedgerOrder), isWhole };
  }

  private decode(stored: readonly StoredEvent[]): SubjectEvents {
    const events: LedgerEvent[] = [];
    for (const one of stored) {
      const event = this.decodeOne(one);
      if (event === undefined) return { events, isWhole: false };
      events.push(event);
    }
    return { events, isWhole: true };
  }

  private async linksTo(subjectId: string, other: string, upTo?: Revisions): Promise<LedgerEvent[]> {
    const stored = await this.stored(subjectStream(other), upTo);
    return stored.flatMap((one) => {
      if (one.type !== 'SubjectsLinked' && one.type !== 'SubjectsUnlinked') return [];
      const event = this.decodeOne(one);
      const named = (event?.data as { readonly otherSubjectId?: string } | undefined)?.otherSubjectId;
      return event !== undefined && named === subjectId ? [event] : [];
    });
  }

  private decodeOne(stored: StoredEvent): LedgerEvent | undefined {
    try {
      return this.codec.decode(stored);
    } catch (error) {
      if (error instanceof UndecodableEvent) return undefined;
      throw error;
    }
  }

  private async stored(stream: StreamName, upTo?: Revisions): Promise<StoredEvent[]> {
    const last = upTo?.get(stream);
    if (upTo !== undefined && last === undefined) return [];
    const events: StoredEvent[] = [];
    const options = last === undefined ? {} : { limit: Number(last) + 1 };
    for await (const event of this.store.read(stream, options)) events.push(event);
    return events;
  }
}

function inLedgerOrder(a: { readonly position: string }, b: { readonly position: string }): number {
  return a.position === b.position ? 0 : a.position < b.position ? -1 : 1;
}
