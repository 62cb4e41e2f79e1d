import { Inject, Injectable } from '@nestjs/common';
import { defined, Personal } from '#kernel';
import { KEY_STORE, PersonalData } from '#runtime';
import { normaliseContact, type KeyStore } from '#subject-keys';
import { isClaimable } from './contact-values.js';
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
    const standing = contactPoints.flatMap(({ kind, ...point }) =>
      isClaimable(kind) && point.contactPointId !== contactPointId ? [{ ...point, kind }] : [],
    );
    const opened = await this.personal.open(standing.map(({ value }) => ({ subjectId, ref: value })));
    const heirs = standing.flatMap(({ kind, system, contactPointId: heir }, index) => {
      const entry = opened[index];
      const value = entry !== undefined && 'fields' in entry ? entry.fields.reveal()['value'] : undefined;
      const normalised = typeof value === 'string' ? normaliseContact(kind, Personal.of(value)) : undefined;
      if (normalised === undefined || 'fault' in normalised) return [];
      return [{ ...defined({ kind, system, normalised: normalised.value }), contactPointId: heir }];
    });
    await this.keyStore.claims.releasePoints(subjectId, [contactPointId], heirs);
  }
}
