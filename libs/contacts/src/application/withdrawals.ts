import { Inject, Injectable } from '@nestjs/common';
import { SayingNo, type NoInput } from '#consent';
import { allocatedId, defined, isUuid, Rejection, type Personal, type Uuid } from '#kernel';
import { purposeStream } from '#register/contract';
import { SuppressionEntries } from '#rights';
import { KEY_STORE, LedgerReader, type CommandContext } from '#runtime';
import { normaliseContact, type ClaimableKind, type ContactValue, type KeyStore } from '#subject-keys';

/** The address that a "no" came from. */
export interface UnwantedAddress {
  readonly kind: ClaimableKind;
  readonly value: Personal<string>;
  /** System of an external id. */
  readonly system?: string;
}

/** What became of a withdrawal by address. */
export interface WithdrawnByAddress {
  /** People who have the address; each of them withdrew. */
  readonly subjectIds: readonly Uuid[];
  /** New events in their streams; 0 if it was all said before. */
  readonly appended: number;
  /** New entries in the suppression list, because nobody has the address. */
  readonly suppressed: number;
}

/** Withdrawals by address: whoever has it withdraws, and an address that nobody has is put on the suppression list. */
@Injectable()
export class Withdrawals {
  constructor(
    private readonly no: SayingNo,
    private readonly suppressions: SuppressionEntries,
    private readonly reader: LedgerReader,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
  ) {}

  /**
   * Records the withdrawal for every person found. One that fails does not keep the others from being recorded; the
   * failure is thrown afterwards and a retry completes it. Rejects: `contact-point-invalid`, with its place only.
   */
  async record(
    address: UnwantedAddress,
    input: NoInput,
    context: CommandContext,
  ): Promise<WithdrawnByAddress> {
    const contact = contactOf(address);
    const [subjectIds = []] = await this.keyStore.claims.findLive([contact]);
    if (subjectIds.length > 0) {
      return { subjectIds, appended: await this.withdrawEach(subjectIds, input, context), suppressed: 0 };
    }
    const suppressed = await this.suppress(contact, input, context);
    // Somebody may be registering with this very address, and have asked the list before the entry stood. Whoever asks
    // later finds the entry; whoever asked earlier had claimed the address before, and is found here.
    const [holders = []] = await this.keyStore.claims.holders([contact]);
    const late = [...new Set(holders.map(({ subjectId }) => subjectId))];
    return { subjectIds: late, appended: await this.withdrawEach(late, input, context), suppressed };
  }

  private async withdrawEach(
    subjectIds: readonly Uuid[],
    input: NoInput,
    context: CommandContext,
  ): Promise<number> {
    const outcomes = await Promise.allSettled(
      subjectIds.map((subjectId) =>
        // Each person's is a command of its own, derived from this one, so that a retry finds each where it stands.
        this.no.withdraw(subjectId, input, {
          ...context,
          commandId: allocatedId(context.commandId, `withdrawal ${subjectId}`),
        }),
      ),
    );
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return outcomes
      .filter((outcome) => outcome.status === 'fulfilled')
      .reduce((sum, { value }) => sum + value.events.length, 0);
  }

  /** An external id is nobody's address: there is nothing to suppress. */
  private async suppress(
    { kind, normalised }: ContactValue,
    { purpose, channels, controllerId }: NoInput,
    { now }: CommandContext,
  ): Promise<number> {
    if (kind === 'external-id') return 0;
    const purposeId = purpose === 'all' || (await this.isKnownPurpose(purpose)) ? purpose : 'unknown';
    let entered = 0;
    for (const channel of channels === 'all' ? (['all'] as const) : channels) {
      const no = defined({ purposeId, channel, controllerId, origin: 'unknown-address' as const });
      entered += await this.suppressions.enter([{ kind, normalised }], no, now);
    }
    return entered;
  }

  private async isKnownPurpose(purpose: string): Promise<boolean> {
    return isUuid(purpose) && (await this.reader.history(purposeStream(purpose))).length > 0;
  }
}

function contactOf({ kind, value, system }: UnwantedAddress): ContactValue {
  if (kind === 'external-id' && system === undefined) {
    throw new Rejection('contact-point-invalid', 'An external id names its system.', '/contact/system');
  }
  const normalised = normaliseContact(kind, value);
  if ('fault' in normalised) throw new Rejection('contact-point-invalid', normalised.fault, '/contact/value');
  return defined({ kind, system, normalised: normalised.value });
}
