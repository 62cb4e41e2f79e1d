import { Body, Controller } from '@nestjs/common';
import { ActorOf, Ctx, LedgerAsk, UuidParam, type Caller } from '#http';
import { defined } from '#kernel';
import type { CommandContext } from '#runtime';
import { LookUps } from '../application/look-ups.js';
import { FoundBatchDto, FoundDto, RevealedDto } from './looks.dto.js';
import { LookUpDto, LookUpItemDto, RevealDto } from './subjects.dto.js';

/** Looks at people; each is in the ledger before its answer leaves. */
@Controller('v1/subjects')
export class LooksController {
  constructor(private readonly looks: LookUps) {}

  @LedgerAsk('lookup', {
    scope: 'subjects:lookup',
    summary: 'Who can be found by an address, number or external id?',
    answer: FoundDto,
  })
  async lookUp(@Body() body: LookUpItemDto, @Ctx() context: CommandContext) {
    const [subjectIds = []] = await this.looks.lookUp([defined({ ...body })], context);
    return { subjectIds };
  }

  @LedgerAsk('lookup-batch', {
    scope: 'subjects:lookup',
    summary: 'The same for at most 500 values',
    answer: FoundBatchDto,
  })
  async lookUpBatch(@Body() body: LookUpDto, @Ctx() context: CommandContext) {
    const found = await this.looks.lookUp(
      body.items.map((item) => defined({ ...item })),
      context,
    );
    return { items: found.map((subjectIds) => ({ subjectIds })) };
  }

  @LedgerAsk(':subjectId/reveal', {
    scope: 'personal:reveal',
    summary: 'Read personal values, for a stated reason',
    answer: RevealedDto,
    otherAnswers: { 409: { description: 'Processing is restricted (Art. 18(2)); staff may not look.' } },
  })
  async reveal(
    @UuidParam('subjectId') subjectId: string,
    @Body() body: RevealDto,
    @ActorOf() caller: Caller,
    @Ctx() context: CommandContext,
  ) {
    const contacts = await this.looks.reveal(
      subjectId,
      defined({ ...body }),
      mayRevealRestricted(caller),
      context,
    );
    return {
      subjectId,
      contactPoints: contacts.map(({ value, ...point }) => ({ ...defined(point), value: value.reveal() })),
    };
  }
}

/** Under a restriction the person sees their own data, and those who decide about it; operators do not (Art. 18(2)). */
function mayRevealRestricted({ roles }: Caller): boolean {
  return roles.some((role) => role === 'dpo' || role === 'auditor' || role === 'subject');
}
