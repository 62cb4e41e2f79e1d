import { Inject, Injectable } from '@nestjs/common';
import { Personal, Rejection, allocatedId, type ContactPointKind } from '#kernel';
import { KEY_STORE, PersonalData, type CommandContext } from '#runtime';
import {
  ClaimInProgress,
  ExternalIdTaken,
  isClaimable,
  normaliseContact,
  type ClaimableKind,
  type ContactValue,
  type KeyStore,
} from '#subject-keys';
import type { contactPointUses } from '../contract.js';
import type { SealedContactPoint } from '../domain/subject.commands.js';
import { UnwantedAddresses, type PersonsAddress } from './unwanted-addresses.js';

/** A contact point as a client hands it over. */
export interface ContactInput {
  readonly kind: ContactPointKind;
  readonly value: Personal<string>;
  readonly system?: string;
  readonly use?: (typeof contactPointUses)[number];
  readonly timeZone?: string;
}

/** A contact point whose value has its one form. */
export interface PreparedContact extends ContactInput {
  readonly contactPointId: string;
  /** The value by which people are found; absent for kinds that nobody is found by. */
  readonly claim?: ContactValue;
}

/** Brings contact values into their one form and makes them a person's; nothing else claims or seals them. */
@Injectable()
export class ContactValues {
  constructor(
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
    private readonly personal: PersonalData,
    private readonly unwanted: UnwantedAddresses,
  ) {}

  /** Rejects: `contact-point-invalid` with the place of the value; never the value. */
  prepare(inputs: readonly ContactInput[], context: CommandContext): readonly PreparedContact[] {
    return inputs.map((input, index) => {
      const contactPointId = allocatedId(context.commandId, `contact-point-${String(index)}`);
      if (input.kind === 'external-id' && input.system === undefined) {
        throw new Rejection(
          'contact-point-invalid',
          'An external id names its system.',
          `/contactPoints/${String(index)}/system`,
        );
      }
      if (!isClaimable(input.kind)) return { ...input, contactPointId };
      const normalised = normaliseContact(input.kind, input.value);
      if ('fault' in normalised) {
        throw new Rejection(
          'contact-point-invalid',
          normalised.fault,
          `/contactPoints/${String(index)}/value`,
        );
      }
      return { ...input, contactPointId, claim: contactValue(input.kind, normalised.value, input.system) };
    });
  }

  /**
   * Makes these values a person's, in an order of which every part is harmless: claimed, sealed, said to be unwanted
   * where the suppression list says so, then `record` appends the facts, and only then the values are found. `firstStep`
   * numbers the first seal. Rejects: `external-id-of-another-subject`, and what `record` rejects. Throws
   * `ClaimInProgress` while another command is about to record the same external id.
   */
  async makeTheirs<T>(
    subjectId: string,
    contacts: readonly PreparedContact[],
    context: CommandContext,
    firstStep: number,
    record: (points: readonly SealedContactPoint[]) => Promise<T>,
  ): Promise<T> {
    await this.claim(subjectId, contacts, context);
    const points = await this.seal(subjectId, contacts, context, firstStep);
    // After the claims stand: an address that is entered later finds them, one that was entered before is found here.
    await this.unwanted.record(subjectId, addressesOf(contacts), context);
    const outcome = await record(points);
    await this.keyStore.claims.confirm(context.commandId);
    return outcome;
  }

  /**
   * Makes the person findable by these values once the facts stand. Rejects: `external-id-of-another-subject`. Throws
   * `ClaimInProgress` while another command is about to record the same external id.
   */
  private async claim(
    subjectId: string,
    contacts: readonly PreparedContact[],
    context: CommandContext,
  ): Promise<void> {
    for (const { claim, contactPointId } of contacts) {
      if (claim === undefined) continue;
      try {
        await this.keyStore.claims.claim({
          ...claim,
          subjectId,
          contactPointId,
          commandId: context.commandId,
        });
      } catch (error) {
        if (!(error instanceof ExternalIdTaken)) throw error;
        // What another command has claimed may yet be dropped: that is no answer to keep.
        if (error.pending) throw new ClaimInProgress(context.commandId);
        throw new Rejection('external-id-of-another-subject');
      }
    }
  }

  /** Seals each value in the person's personal stream; `firstStep` numbers the first of them. */
  private async seal(
    subjectId: string,
    contacts: readonly PreparedContact[],
    context: CommandContext,
    firstStep: number,
  ): Promise<readonly SealedContactPoint[]> {
    const sealed: SealedContactPoint[] = [];
    for (const [index, { contactPointId, kind, value, claim, system, use, timeZone }] of contacts.entries()) {
      const kept = kind === 'postal-address' || claim === undefined ? value : claim.normalised;
      const ref = await this.personal.seal({
        subjectId,
        scope: 'identity',
        about: 'contact-point',
        fields: { kind, value: kept },
        context,
        step: firstStep + index,
      });
      sealed.push({
        contactPointId,
        kind,
        ...(system === undefined ? {} : { system }),
        use: use ?? 'unknown',
        ...(timeZone === undefined ? {} : { timeZone }),
        value: ref,
      });
    }
    return sealed;
  }
}

/** Where messages and calls arrive: nothing is suppressed by an external id. */
function addressesOf(contacts: readonly PreparedContact[]): readonly PersonsAddress[] {
  return contacts.flatMap(({ contactPointId, claim }) =>
    claim === undefined || claim.kind === 'external-id'
      ? []
      : [{ contactPointId, kind: claim.kind, normalised: claim.normalised }],
  );
}

function contactValue(
  kind: ClaimableKind,
  normalised: Personal<string>,
  system: string | undefined,
): ContactValue {
  return system === undefined ? { kind, normalised } : { kind, normalised, system };
}
