import { Inject, Injectable } from '@nestjs/common';
import type { LedgerEvent } from '#event-store';
import { KEY_STORE, LedgerReader, PersonalData } from '#runtime';
import { contactValueOf, type KeyStore } from '#subject-keys';
import { subjectStream, type SubjectEvent } from '#subjects/contract';
import { contactValuesOf, type ContactValuePlace } from '../domain/contact-values.js';
import { erasedContactPointIds } from '../domain/value-erasure-decisions.js';
import { RightsFactsReader } from './rights-facts.js';

/** The contact points of a person as an erasure of values sees them. */
@Injectable()
export class ValueClaims {
  constructor(
    private readonly reader: LedgerReader,
    private readonly facts: RightsFactsReader,
    private readonly personal: PersonalData,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
  ) {}

  /** Every contact point that the person ever had. */
  async places(subjectId: string): Promise<readonly ContactValuePlace[]> {
    const history = await this.reader.history(subjectStream(subjectId));
    return contactValuesOf(history as readonly (LedgerEvent & SubjectEvent)[]);
  }

  /** Nobody finds the person by these any more; by the others they are still found. Answers how many claims went. */
  async release(subjectId: string, contactPointIds: readonly string[]): Promise<number> {
    const survivors = await this.survivors(subjectId);
    return this.keyStore.claims.releasePoints(subjectId, contactPointIds, survivors);
  }

  private async survivors(subjectId: string) {
    const erased = erasedContactPointIds((await this.facts.of(subjectId)).state);
    const standing = (await this.places(subjectId)).filter(
      (place) => place.isStanding && !erased.has(place.contactPointId),
    );
    const values = await this.personal.values(standing.map(({ value }) => ({ subjectId, ref: value })));
    return standing.flatMap(({ contactPointId, kind, system }, index) => {
      const value = values[index];
      const found = value && contactValueOf({ kind, system, value });
      return found === undefined ? [] : [{ ...found, contactPointId }];
    });
  }
}
