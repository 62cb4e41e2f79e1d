import { Body, Controller, Inject } from '@nestjs/common';
import { LedgerAsk, PUBLIC_URL } from '#http';
import { defined } from '#kernel';
import { UnsubscribeLinks } from '../application/unsubscribe-links.js';
import { MintedLinksDto, MintLinksDto } from './unsubscribe.dto.js';

/** Links by which people unsubscribe, for those who send messages. */
@Controller('v1')
export class UnsubscribeLinksController {
  constructor(
    private readonly links: UnsubscribeLinks,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
  ) {}

  @LedgerAsk('unsubscribe-links', {
    scope: 'consents:write',
    summary: 'Links by which people unsubscribe in one click, for the messages of a campaign',
    description: 'Nothing is recorded. A link never expires, needs no login and sets no cookie.',
    answer: MintedLinksDto,
  })
  async mint(@Body() { links }: MintLinksDto): Promise<MintedLinksDto> {
    const tokens = await this.links.mint(
      links.map(({ subjectId, purposeId, channel, controllerId }) =>
        defined({ subjectId, purposeId, channel, controllerId }),
      ),
    );
    return {
      links: tokens.map((token) => {
        const url = `${this.publicUrl}/u/${token}`;
        return { url, listUnsubscribe: `<${url}>`, listUnsubscribePost: 'List-Unsubscribe=One-Click' };
      }),
    };
  }
}
