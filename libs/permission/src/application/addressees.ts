import { Inject, Injectable } from '@nestjs/common';
import { endOfParisDay, kindReachedBy, type Channel } from '#kernel';
import { KEY_STORE } from '#runtime';
import type { ContactValue, KeyStore, SuppressibleAddress, SuppressionMatch } from '#subject-keys';
import type { No } from '../domain/gate/facts.js';

/** Somebody who may be meant by an address. */
export interface Addressee {
  readonly subjectId: string;
  /** Their contact point that has the address. */
  readonly contactPointId: string;
}

/** What an address says of whom it reaches. */
export interface Addressed {
  /** Everybody who has it; nobody if empty. */
  readonly people: readonly Addressee[];
  /** What the suppression list holds against it. */
  readonly nos: readonly No[];
}

const NOBODY: Addressed = { people: [], nos: [] };

/** Finds out whom addresses reach, and what is not wanted there. It opens nothing: values are compared by keyed HMAC. */
@Injectable()
export class Addressees {
  constructor(@Inject(KEY_STORE) private readonly keyStore: KeyStore) {}

  /** For each value, in order; `undefined` stands for a text that is no address of its kind, and reaches nobody. */
  async of(values: readonly (ContactValue | undefined)[]): Promise<readonly Addressed[]> {
    const asked = values.filter((value) => value !== undefined);
    if (asked.length === 0) return values.map(() => NOBODY);
    const addresses = asked.filter(isSuppressible);
    const [people, entries] = await Promise.all([
      this.keyStore.claims.findLivePoints(asked),
      addresses.length === 0 ? [] : this.keyStore.suppressions.matching(addresses),
    ]);
    const suppressed = new Map(addresses.map((address, index) => [address, entries[index] ?? []]));
    const found = new Map(
      asked.map((value, index) => [
        value,
        {
          people: people[index] ?? [],
          nos: (suppressed.get(value as SuppressibleAddress) ?? []).map(noOf),
        },
      ]),
    );
    return values.map((value) => (value && found.get(value)) ?? NOBODY);
  }
}

/** The contact point that a question by address is about; `undefined`: the address is not what the channel reaches. */
export function pointReached(
  { kind }: Pick<ContactValue, 'kind'>,
  channel: Channel,
  { contactPointId }: Addressee,
): string | undefined {
  return kindReachedBy(channel) === kind ? contactPointId : undefined;
}

function isSuppressible(value: ContactValue): value is ContactValue & SuppressibleAddress {
  return value.kind !== 'external-id';
}

/** The day alone is known: what is unwanted is so to its end, and only a consent of a later day is newer. */
function noOf({ purposeId = 'all', channel = 'all', controllerId, enteredOn }: SuppressionMatch): No {
  return {
    ...{ kind: 'suppressed', purposeId, channel, controllerId: controllerId ?? null },
    at: endOfParisDay(enteredOn),
    // An entry is nobody's event, and names none.
    ...{ eventId: '', revision: -1 },
  };
}
