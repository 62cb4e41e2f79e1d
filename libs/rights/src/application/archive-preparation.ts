import { Inject, Injectable } from '@nestjs/common';
import { Personal, type ContactPointKind } from '#kernel';
import { KEY_STORE, PersonalData } from '#runtime';
import { contactValueOf, type ContactValue, type KeyStore } from '#subject-keys';
import { archivedBy } from '../domain/archive-ends.js';
import type { Erasure, RightsState } from '../domain/rights-state.js';
import { ValueClaims } from './value-claims.js';

/** Lets the addresses of a person lead to what an erasure retains, while they can still be read. */
@Injectable()
export class ArchivePreparation {
  constructor(
    private readonly claims: ValueClaims,
    private readonly personal: PersonalData,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
  ) {}

  /** Enters nothing unless something is retained besides the suppression list. Repeated, it enters nothing twice. */
  async enterRetained(subjectId: string, { order }: Erasure, state: RightsState): Promise<void> {
    const ends = archivedBy(order, state);
    if (ends.length === 0) return;
    // While the identity lives, the person is found by the ordinary look-up.
    const values = order.scopes.includes('identity') ? await this.addresses(subjectId) : [];
    await this.keyStore.archive.enter(subjectId, values, ends);
  }

  /** Every address that the person ever had and that still opens: proof may have been taken under any of them. */
  private async addresses(subjectId: string): Promise<readonly ContactValue[]> {
    const places = await this.claims.places(subjectId);
    const systems = new Map(places.map(({ value, system }) => [value.eventId, system]));
    const opened = await this.personal.openSubject(subjectId);
    return opened.flatMap(({ about, eventId, opened: content }) => {
      if (about !== 'contact-point' || !('fields' in content)) return [];
      const { kind, value } = content.fields.reveal();
      if (typeof value !== 'string') return [];
      const point = {
        kind: kind as ContactPointKind,
        system: systems.get(eventId),
        value: Personal.of(value),
      };
      return contactValueOf(point) ?? [];
    });
  }
}
