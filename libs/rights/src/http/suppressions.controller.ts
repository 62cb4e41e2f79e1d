import { Body, Controller, Inject } from '@nestjs/common';
import { concerning, Ctx, LedgerGet, LedgerPost } from '#http';
import { Rejection } from '#kernel';
import { KEY_STORE, type CommandContext } from '#runtime';
import { normaliseContact, type KeyStore } from '#subject-keys';
import { SuppressionEntries } from '../application/suppression-entries.js';
import { SuppressionMatches } from '../application/suppression-matches.js';
import { SuppressionCountDto, SuppressionsImportedDto } from './erasure-answers.dto.js';
import { ImportSuppressionsDto } from './rights.dto.js';

/** The list of addresses that are not to be contacted; it names nobody. */
@Controller('v1/suppressions')
export class SuppressionsController {
  constructor(
    private readonly entries: SuppressionEntries,
    private readonly matches: SuppressionMatches,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
  ) {}

  @LedgerGet('count', {
    scope: 'suppressions:read',
    summary: 'How many entries block',
    answer: SuppressionCountDto,
  })
  async count() {
    return { entries: await this.keyStore.suppressions.count() };
  }

  @LedgerPost('import', {
    scope: 'suppressions:write',
    summary:
      'Enter an opt-out list; no contact is created, and nobody who has an address on it is contacted any more',
    isNo: true,
    answer: SuppressionsImportedDto,
  })
  async import(
    @Body() { addresses, purposeId, channel }: ImportSuppressionsDto,
    @Ctx() context: CommandContext,
  ) {
    const normalised = addresses.map(({ kind, value }, index) => {
      const result = normaliseContact(kind, value);
      if ('fault' in result) {
        throw new Rejection('contact-point-invalid', result.fault, `/addresses/${String(index)}/value`);
      }
      return { kind, normalised: result.value };
    });
    const entered = await this.entries.enter(
      normalised,
      { purposeId, channel, origin: 'opt-out-list' },
      context.now,
    );
    const matched = await this.matches.recordForHolders(normalised, context);
    return concerning(matched, { received: addresses.length, entered, matched: matched.length });
  }
}
