import { Injectable } from '@nestjs/common';
import type { LedgerEvent } from '#event-store';
import { LedgerReader } from '#runtime';
import { rightsStream, type RightsEvent } from '#rights/contract';
import { subjectStream, type SubjectEvent } from '../contract.js';
import { contactPointsOf, everyContactPointId, type KnownContactPoint } from '../domain/contact-points.js';
import { erasedContactPointIds, protectionOf } from '../domain/protection.js';
import type { Protection } from '../domain/subject.commands.js';

/** A data subject as the shell needs it before a decision or a look. */
export interface KnownSubject {
  readonly isRegistered: boolean;
  readonly contactPoints: readonly KnownContactPoint[];
  /** Every contact point that is or once was the person's. */
  readonly contactPointIds: ReadonlySet<string>;
  readonly protection: Protection;
}

/** Reads what is known of a data subject now, from its own streams: never behind, whatever the read models do. */
@Injectable()
export class SubjectFacts {
  constructor(private readonly reader: LedgerReader) {}

  /** Folds `subject-<id>` and `rights-<id>`. */
  async of(subjectId: string): Promise<KnownSubject> {
    const [subject = [], rights = []] = await this.reader.many([
      subjectStream(subjectId),
      rightsStream(subjectId),
    ]);
    const ofRights = rights as readonly (LedgerEvent & RightsEvent)[];
    const ofSubject = subject as readonly (LedgerEvent & SubjectEvent)[];
    const points = contactPointsOf(ofSubject);
    const erased = erasedContactPointIds(ofRights);
    return {
      isRegistered: subject.length > 0,
      contactPoints: points.filter(({ contactPointId }) => !erased.has(contactPointId)),
      contactPointIds: everyContactPointId(ofSubject),
      protection: protectionOf(ofRights),
    };
  }
}
