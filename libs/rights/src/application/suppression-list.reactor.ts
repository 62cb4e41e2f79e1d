import { Inject, Injectable } from '@nestjs/common';
import type { LedgerEvent } from '#event-store';
import { defined } from '#kernel';
import { KEY_STORE, PersonalData, type Reactor } from '#runtime';
import type { KeyStore } from '#subject-keys';
import type { SuppressionEntered } from '../contract.js';

/**
 * Keeps the table that blocks in step with the suppression streams: whoever entered an entry wrote it at once, this
 * writes it again after a crash in between, and anew after the table was lost.
 */
@Injectable()
export class SuppressionListReactor implements Reactor {
  readonly name = 'suppression-list';
  readonly handles = ['SuppressionEntered'];

  constructor(
    private readonly personal: PersonalData,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
  ) {}

  async react(event: LedgerEvent): Promise<void> {
    const { data } = event as LedgerEvent & SuppressionEntered;
    const [opened] = await this.personal.open([{ subjectId: data.suppressionId, ref: data.fingerprint }]);
    if (opened === undefined || !('fields' in opened)) return;
    const { fingerprint } = opened.fields.reveal();
    if (typeof fingerprint !== 'string') return;
    await this.keyStore.suppressions.put(
      defined({
        suppressionId: data.suppressionId,
        hmac: Buffer.from(fingerprint, 'base64url'),
        version: data.keyVersion,
        purposeId: data.purposeId === 'all' || data.purposeId === 'unknown' ? undefined : data.purposeId,
        channel: data.channel === 'all' ? undefined : data.channel,
        controllerId: data.controllerId,
        enteredOn: data.enteredOn,
        reviewOn: data.reviewOn,
      }),
    );
  }
}
