import { Injectable } from '@nestjs/common';
import type { LedgerEvent } from '#event-store';
import type { Instant } from '#kernel';
import { formStream, noticeStream, purposeStream, type RegisterEvent } from '#register/contract';
import { rightsStream, type RightsEvent } from '#rights/contract';
import { LedgerReader } from '#runtime';
import { subjectStream, type SubjectEvent } from '#subjects/contract';
import { formFacts, noticeFacts, purposeFacts, subjectFacts, type Placed } from '../domain/fact-views.js';
import type { FormFacts, NoticeFacts, PurposeFacts, SubjectFacts } from '../domain/facts.js';

/** Published versions kept in memory: they never change. */
const MAX_CACHED = 1000;

/** Fetches what a consent rests on from the streams of the other contexts. */
@Injectable()
export class ConsentFacts {
  private readonly notices = new Map<string, NoticeFacts>();

  constructor(private readonly reader: LedgerReader) {}

  /** The person, with the contact points that stood when an act happened. */
  async subject(subjectId: string, at: Instant): Promise<SubjectFacts> {
    const [subject = [], rights = []] = await this.reader.many([
      subjectStream(subjectId),
      rightsStream(subjectId),
    ]);
    return subjectFacts(
      subject as readonly (LedgerEvent & SubjectEvent)[],
      rights as readonly (LedgerEvent & RightsEvent)[],
      at,
    );
  }

  /** The purpose as it stood when an act happened. */
  async purpose(purposeId: string, at: Instant): Promise<PurposeFacts | undefined> {
    const history = await this.reader.history(purposeStream(purposeId));
    return purposeFacts(history as readonly Placed<LedgerEvent & RegisterEvent>[], at);
  }

  /** Whether a purpose of that id was ever declared: all that a "no" asks, and it needs nothing decoded for it. */
  async isPurpose(purposeId: string): Promise<boolean> {
    return this.reader.exists(purposeStream(purposeId));
  }

  /** A published notice version. */
  async notice(noticeId: string, version: number): Promise<NoticeFacts | undefined> {
    const key = `${noticeId} ${String(version)}`;
    const known = this.notices.get(key);
    if (known !== undefined) return known;
    const facts = noticeFacts(await this.register(noticeStream(noticeId)), version);
    if (facts !== undefined && this.notices.size < MAX_CACHED) this.notices.set(key, facts);
    return facts;
  }

  /** A published form version; read each time, since a retirement ends its validity. */
  async form(formId: string, version: number): Promise<FormFacts | undefined> {
    return formFacts(await this.register(formStream(formId)), version);
  }

  private async register(stream: string): Promise<readonly (LedgerEvent & RegisterEvent)[]> {
    return (await this.reader.history(stream)) as readonly (LedgerEvent & RegisterEvent)[];
  }
}
