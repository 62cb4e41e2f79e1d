import { Injectable } from '@nestjs/common';
import { UndecodableEvent, type LedgerEvent } from '#event-store';
import { purposeStream, type RegisterEvent } from '#register/contract';
import { LedgerReader } from '#runtime';
import { purposeNameAt } from '../domain/purpose-name.js';
import type { Names } from '../domain/sentences/phrases.js';
import { purposesOf, type RecordedTimelineEvent } from '../domain/timeline-event.js';

type PurposeHistory = readonly (LedgerEvent & RegisterEvent)[];

/** What purposes were called, from their own streams. */
@Injectable()
export class PurposeNames {
  constructor(private readonly reader: LedgerReader) {}

  /** For each event the names as they were when it was recorded, or on the revision that it rests on. */
  async of(events: readonly RecordedTimelineEvent[]): Promise<(event: RecordedTimelineEvent) => Names> {
    const purposeIds = [...new Set(events.flatMap(purposesOf))];
    const histories = await Promise.all(purposeIds.map((id) => this.history(id)));
    const byPurpose = new Map(purposeIds.map((id, index) => [id, histories[index] ?? []]));
    return ({ recordedAt, data }) => ({
      purpose: (purposeId, language) => {
        const revision = 'purposeRevision' in data ? { revision: data.purposeRevision } : {};
        const name = purposeNameAt(byPurpose.get(purposeId) ?? [], { recordedAt, ...revision });
        return language === 'en' ? (name?.en ?? name?.fr) : name?.fr;
      },
    });
  }

  /** What a purpose is called now; its French name where it has no other. `undefined`: it was never declared. */
  async nameOf(purposeId: string, language: 'fr' | 'en'): Promise<string | undefined> {
    const name = purposeNameAt(await this.history(purposeId), { recordedAt: '9999' });
    return language === 'en' ? (name?.en ?? name?.fr) : name?.fr;
  }

  /** A name that cannot be read is no obstacle: the sentence then names the purpose by its id. */
  private async history(purposeId: string): Promise<PurposeHistory> {
    try {
      return (await this.reader.history(purposeStream(purposeId))) as PurposeHistory;
    } catch (error) {
      if (error instanceof UndecodableEvent) return [];
      throw error;
    }
  }
}
