import { Inject, Injectable } from '@nestjs/common';
import {
  addYears,
  allocatedId,
  defined,
  parisDay,
  type Clock,
  type IdSource,
  type Instant,
  type Uuid,
} from '#kernel';
import { CLOCK, IDS, KEY_STORE, PersonalData, StreamWriter } from '#runtime';
import type { KeyStore, SuppressibleAddress } from '#subject-keys';
import { suppressionStream, type SuppressionEntered } from '../contract.js';
import { systemContext } from './system-context.js';

/** What is not wanted at an address. */
export interface UnwantedContact {
  readonly purposeId: string;
  readonly channel: SuppressionEntered['data']['channel'];
  readonly controllerId?: string;
  readonly origin: SuppressionEntered['data']['origin'];
}

/** Gives the id of an entry by what it is for: the same id for the same thing where a repetition must find it again. */
export type EntryIds = (what: string) => Uuid;

/** Years after which keeping an entry is reviewed (CNIL: at least three). */
const REVIEW_AFTER_YEARS = 3;

/**
 * Enters addresses in the suppression list (Art. 21(3)). Every entry is an act of the ledger under a random id of its
 * own, correlated with nothing else: nothing leads from it to a person, or it would name whom an erasure forgot.
 */
@Injectable()
export class SuppressionEntries {
  constructor(
    private readonly personal: PersonalData,
    private readonly writer: StreamWriter,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
    @Inject(IDS) private readonly ids: IdSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Enters what is not there with today's day or a later one: said again it counts anew, against what was consented to
   * in between. Answers how many entries are new. In force when it returns; whoever has these addresses by then, or is
   * about to have them, is looked up afterwards by whom it concerns, never before, or a registration that goes on
   * meanwhile would miss it.
   */
  async enter(
    addresses: readonly SuppressibleAddress[],
    no: UnwantedContact,
    now: Instant,
    ids: EntryIds = () => this.ids.uuid(),
  ): Promise<number> {
    const known = await this.keyStore.suppressions.matching(addresses);
    const today = parisDay(now);
    let entered = 0;
    for (const [index, address] of addresses.entries()) {
      const isKnown = (known[index] ?? []).some(
        (match) =>
          match.purposeId === blockedPurpose(no) &&
          match.channel === blockedChannel(no) &&
          match.controllerId === no.controllerId &&
          match.enteredOn >= today,
      );
      if (isKnown) continue;
      const what = [address.kind, address.normalised.reveal(), no.purposeId, no.channel, no.controllerId];
      await this.enterOne(ids(JSON.stringify(what)), address, no, now);
      entered += 1;
    }
    return entered;
  }

  private async enterOne(
    suppressionId: Uuid,
    address: SuppressibleAddress,
    no: UnwantedContact,
    now: Instant,
  ): Promise<void> {
    const context = systemContext(allocatedId(suppressionId, 'enter'), this.clock);
    const { version, hmac } = await this.keyStore.suppressionKeys.forNewEntry(address);
    const fingerprint = await this.personal.seal({
      subjectId: suppressionId,
      scope: 'suppression',
      about: 'suppressed-address',
      fields: { fingerprint: hmac.toString('base64url'), version },
      context,
      step: 1,
    });
    const enteredOn = parisDay(now);
    const data = defined({
      suppressionId,
      kind: address.kind,
      purposeId: no.purposeId,
      channel: no.channel,
      controllerId: no.controllerId,
      origin: no.origin,
      enteredOn,
      reviewOn: addYears(enteredOn, REVIEW_AFTER_YEARS),
      keyVersion: version,
      fingerprint,
    });
    const step = { stream: suppressionStream(suppressionId), context, number: 0, subjects: [], isNo: true };
    const { events } = await this.writer.record<SuppressionEntered>(step, () => [
      { type: 'SuppressionEntered', data },
    ]);
    // A repetition on a later day finds the entry as it was made.
    const entered = events[0]?.data ?? data;
    await this.keyStore.suppressions.put(
      defined({
        suppressionId,
        hmac,
        version,
        purposeId: blockedPurpose(no),
        channel: blockedChannel(no),
        controllerId: no.controllerId,
        enteredOn: entered.enteredOn,
        reviewOn: entered.reviewOn,
      }),
    );
  }
}

/** An unknown purpose may be any: it blocks like all of them. */
function blockedPurpose({ purposeId }: UnwantedContact): string | undefined {
  return purposeId === 'all' || purposeId === 'unknown' ? undefined : purposeId;
}

function blockedChannel({ channel }: UnwantedContact): string | undefined {
  return channel === 'all' ? undefined : channel;
}
