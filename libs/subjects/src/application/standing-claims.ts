import { Inject, Injectable } from '@nestjs/common';
import { KEY_STORE, PersonalData } from '#runtime';
import { contactValueOf, type KeyStore } from '#subject-keys';
import { SubjectFacts } from './subject-facts.js';

/** By what a person is found after a contact point has gone. */
@Injectable()
export class StandingClaims {
  constructor(
    private readonly facts: SubjectFacts,
    private readonly personal: PersonalData,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
  ) {}

  /**
   * Nobody finds the person by a contact point that the facts no longer hold; by another one of the same value they are
   * still found. Doing it twice is no error.
   */
  async release(subjectId: string, contactPointId: string): Promise<void> {
    const { contactPoints } = await this.facts.of(subjectId);
    const standing = contactPoints.filter((point) => point.contactPointId !== contactPointId);
    const values = await this.personal.values(standing.map(({ value }) => ({ subjectId, ref: value })));
    const heirs = standing.flatMap(({ kind, system, contactPointId: heir }, index) => {
      const value = values[index];
      const found = value && contactValueOf({ kind, system, value });
      return found === undefined ? [] : [{ ...found, contactPointId: heir }];
    });
    await this.keyStore.claims.releasePoints(subjectId, [contactPointId], heirs);
  }
}
