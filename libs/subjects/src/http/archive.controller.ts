import { Body, Controller } from '@nestjs/common';
import { Ctx, LedgerAsk } from '#http';
import { defined } from '#kernel';
import type { CommandContext } from '#runtime';
import { LookUps } from '../application/look-ups.js';
import { ArchiveFoundDto, ArchiveLookUpDto } from './looks.dto.js';

/** What erasures retained (Art. 17(3)); whom it concerns is found here alone, and each look is in the ledger first. */
@Controller('v1/archive')
export class ArchiveController {
  constructor(private readonly looks: LookUps) {}

  @LedgerAsk('lookup', {
    scope: 'archive:lookup',
    summary: 'Of whom did an erasure retain proof under this address, number or external id?',
    answer: ArchiveFoundDto,
  })
  async lookUp(@Body() { contact, reason }: ArchiveLookUpDto, @Ctx() context: CommandContext) {
    return { subjects: await this.looks.lookUpArchive(defined({ ...contact }), reason, context) };
  }
}
