import { Controller, Inject, Query } from '@nestjs/common';
import { invalidRequest, knownAsView, LedgerGet, MinToken, PastMoments } from '#http';
import { parisDay, type Clock } from '#kernel';
import { CLOCK } from '#runtime';
import { registerVocabulary } from '../domain/labels.js';
import { RegisterLines } from '../read-model/register-lines.query.js';
import { RegisterQuery, VocabularyDto } from './register.dto.js';
import { RegisterPageDto } from './pages.dto.js';

/** The register of processing activities (Art. 30), as of any day. */
@Controller('v1/register')
export class RegisterController {
  constructor(
    private readonly lines: RegisterLines,
    private readonly moments: PastMoments,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @LedgerGet('', {
    scope: 'register:read',
    summary: 'The register of Art. 30 with what each line lacks, today or as of a past day',
    description:
      '`at` asks what held on a day, as far as is known now. `knownAs` asks what the ledger knew at an instant: a line that was entered or corrected later does not change that answer.',
    answer: RegisterPageDto,
  })
  async register(@Query() query: RegisterQuery, @MinToken('register') _: string | undefined) {
    const today = parisDay(this.clock.now());
    const { role, knownAs } = query;
    const { at = knownAs === undefined ? today : parisDay(knownAs) } = query;
    if (at > today) throw invalidRequest([{ pointer: '?at', code: 'occurred-in-the-future' }]);
    const known = knownAs === undefined ? undefined : (await this.moments.resolve({ knownAs }))?.known;
    if (known !== undefined) {
      return { role, at, knownAs: knownAsView(known), ...(await this.lines.asOf(at, role, query, known)) };
    }
    const page = at === today ? await this.lines.today(role, query) : await this.lines.asOf(at, role, query);
    return { role, at, ...page };
  }

  @LedgerGet('vocabulary', {
    scope: 'register:read',
    summary: 'Every code of the register spelled out in French and English',
    answer: VocabularyDto,
  })
  vocabulary() {
    return registerVocabulary;
  }
}
