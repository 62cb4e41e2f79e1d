import { Injectable } from '@nestjs/common';
import type { Day, Scope } from '#kernel';
import { AuditFacts } from './audit-facts.js';

/** The end of what an erasure retained. */
export interface RetainedEnd {
  readonly subjectId: string;
  /** The erasure that retained it. */
  readonly erasureId: string;
  readonly scope: Scope;
  /** From this day on there is no ground to keep it. */
  readonly until: Day;
}

/**
 * What is past its point of no return and not completed, and what was retained until when: from the ledger's facts
 * alone, read on from where the last look ended. So nothing has to be kept in step, and an erasure of any age that was
 * never finished is found.
 */
@Injectable()
export class ErasuresUnderWay {
  private readonly open = new Map<string, string>();
  private readonly retained = new Map<string, RetainedEnd>();
  private readonly ordered = new Map<string, readonly RetainedEnd[]>();
  private seen = -1n;
  private looking: Promise<void> = Promise.resolve();

  constructor(private readonly facts: AuditFacts) {}

  /** Reads what the audit copy has learned since the last time. */
  look(signal: AbortSignal): Promise<void> {
    const mine = this.looking.then(() => this.read(signal));
    this.looking = mine.catch(() => undefined);
    return mine;
  }

  /** Erasures without their end, oldest first. */
  unfinished(): readonly { readonly erasureId: string; readonly subjectId: string }[] {
    return [...this.open].map(([erasureId, subjectId]) => ({ erasureId, subjectId }));
  }

  /** An erasure that came to its end a moment ago, before the audit copy tells of it. */
  finished(erasureId: string): void {
    this.open.delete(erasureId);
  }

  /** Retained scopes whose time is over on a day and which nobody has erased since. */
  retainedUntil(today: Day): readonly RetainedEnd[] {
    return [...this.retained.values()].filter(({ until }) => until <= today);
  }

  /** Of several rules for one scope the longest wins. */
  private retain(ends: readonly RetainedEnd[]): void {
    for (const end of ends) {
      const key = `${end.subjectId} ${end.scope}`;
      const known = this.retained.get(key);
      if (known === undefined || known.until < end.until) this.retained.set(key, end);
    }
  }

  private async read(signal: AbortSignal): Promise<void> {
    const range = { after: this.seen, upTo: await this.facts.head() };
    for await (const { erasureId, subjectId, retained } of this.facts.between(
      'ErasureOrdered',
      range,
      signal,
    )) {
      const ends = retained.map(({ scope, until }) => ({ subjectId, erasureId, scope, until }));
      // A suppression entry has a date of review, not an end, and stands under an id of its own.
      const ofPerson = ends.filter(({ scope }) => scope !== 'suppression');
      if (ofPerson.length > 0) this.ordered.set(erasureId, ofPerson);
    }
    for await (const data of this.facts.between('KeyDestructionStarted', range, signal)) {
      const { erasureId, subjectId, scopes } = data;
      this.open.set(erasureId, subjectId);
      this.retain(this.ordered.get(erasureId) ?? []);
      this.ordered.delete(erasureId);
      for (const scope of scopes) this.retained.delete(`${subjectId} ${scope}`);
    }
    for await (const { erasureId } of this.facts.between('ErasureCompleted', range, signal))
      this.open.delete(erasureId);
    this.seen = range.upTo;
  }
}
