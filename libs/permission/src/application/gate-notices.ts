import { Inject, Injectable } from '@nestjs/common';
import type { EventStore } from '#event-store';
import type { Instant } from '#kernel';
import { noticeStream, type RegisterEvent } from '#register/contract';
import { AuditCopy, EVENT_STORE, LedgerReader } from '#runtime';
import { GateHistories, type RegisterHistories } from './gate-histories.js';

/** Purposes whose notices are remembered. */
const MAX_REMEMBERED = 1000;
/** Of a notice that cannot be read nobody knows whether it changed. */
const EVER: Instant = '0001-01-01T00:00:00.000Z';

/**
 * The notices on which consents rest. Which ones a question needs is known only with the person's consents; those that
 * consents to the same purpose rested on before are looked at together with the person, since they mostly are the same.
 */
@Injectable()
export class GateNotices extends GateHistories {
  readonly #usual = new Map<string, ReadonlySet<string>>();

  constructor(reader: LedgerReader, copy: AuditCopy, @Inject(EVENT_STORE) store: EventStore) {
    super(noticeStream, reader, copy, store);
  }

  /** The notices that questions about these purposes will probably need. */
  usual(purposeIds: readonly string[]): readonly string[] {
    return purposeIds.flatMap((id) => [...(this.#usual.get(id) ?? [])]);
  }

  /** The same with those that are needed for certain. */
  async completed(
    read: RegisterHistories,
    needed: readonly { readonly purposeId: string; readonly noticeId: string }[],
  ): Promise<RegisterHistories> {
    const missing = needed.filter(({ noticeId }) => !read.has(noticeId));
    if (missing.length === 0) return read;
    if (this.#usual.size >= MAX_REMEMBERED) this.#usual.clear();
    for (const { purposeId, noticeId } of missing) {
      this.#usual.set(purposeId, new Set([...(this.#usual.get(purposeId) ?? []), noticeId]));
    }
    return new Map([...read, ...(await this.now(missing.map(({ noticeId }) => noticeId)))]);
  }
}

/**
 * From when on a consent that rests on a version of a notice is stale: the first later version that changes it
 * considerably takes effect (EDPB 05/2020 §110). `null`: none does.
 */
export function staleFrom(history: readonly RegisterEvent[] | undefined, version: number): Instant | null {
  if (history === undefined) return EVER;
  return history.reduce<Instant | null>((first, event) => {
    if (event.type !== 'NoticePublished') return first;
    const { version: later, change, effectiveFrom } = event.data;
    if (later <= version || change !== 'considerable') return first;
    return first === null || effectiveFrom < first ? effectiveFrom : first;
  }, null);
}
