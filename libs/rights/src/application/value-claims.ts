import { Inject, Injectable } from '@nestjs/common';
import type { LedgerEvent } from '#event-store';
import { defined, Personal, type ContactPointKind } from '#kernel';
import { KEY_STORE, LedgerReader, PersonalData } from '#runtime';
import {
  claimableKinds,
  normaliseContact,
  type ClaimableKind,
  type ContactValue,
  type KeyStore,
} from '#subject-keys';
import { subjectStream, type SubjectEvent } from '#subjects/contract';
import { contactValuesOf, type ContactValuePlace } from '../domain/contact-values.js';
import { erasedContactPointIds } from '../domain/value-erasure-decisions.js';
import { RightsFactsReader } from './rights-facts.js';

type Claimable = ContactValuePlace & { readonly kind: ClaimableKind };

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
      (place): place is Claimable =>
        place.isStanding && !erased.has(place.contactPointId) && isClaimable(place.kind),
    );
    const opened = await this.personal.open(standing.map(({ value }) => ({ subjectId, ref: value })));
    return standing.flatMap(({ contactPointId, kind, system }, index) => {
      const entry = opened[index];
      const value = entry !== undefined && 'fields' in entry ? entry.fields.reveal()['value'] : undefined;
      const normalised = typeof value === 'string' ? normaliseContact(kind, Personal.of(value)) : undefined;
      if (normalised === undefined || 'fault' in normalised) return [];
      const found: ContactValue = defined({ kind, system, normalised: normalised.value });
      return [{ ...found, contactPointId }];
    });
  }
}

/** Whether people can be found by contact points of this kind. */
export function isClaimable(kind: ContactPointKind): kind is ClaimableKind {
  return (claimableKinds as readonly ContactPointKind[]).includes(kind);
}
