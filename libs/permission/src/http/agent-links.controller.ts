import { Body, Controller } from '@nestjs/common';
import { ActorOf, actorRefOf, Ctx, LedgerAsk, type Caller } from '#http';
import { allocatedId, defined } from '#kernel';
import type { CommandContext } from '#runtime';
import { AgentLinks } from '../application/agent-links.js';
import { AgentLinkDto, AgentLinkWantedDto } from './agent-links.dto.js';

const MINUTE_MS = 60_000;

/** Pages for agents who call people and have no credentials. */
@Controller('v1/agent-links')
export class AgentLinksController {
  constructor(private readonly links: AgentLinks) {}

  @LedgerAsk('', {
    scope: 'contacts-made:write',
    summary: 'A page on which an agent handles one contact: may they call, how it ended, “asked me to stop”',
    description:
      'Nothing is recorded. What the agent does on the page is recorded on the account of who asked for the link. The page names nobody and needs no login; after its end it still takes the person’s “no”.',
    answer: AgentLinkDto,
  })
  async mint(
    @Body() body: AgentLinkWantedDto,
    @ActorOf() caller: Caller,
    @Ctx() { commandId, now }: CommandContext,
  ): Promise<AgentLinkDto> {
    const { subjectId, purposeId, channel, controllerId, minutes } = body;
    const goods = defined({ goodsNature: body.goodsNature, productCategory: body.productCategory });
    const attemptId = body.attemptId ?? allocatedId(commandId, 'attempt');
    const expiresAt = new Date(Date.parse(now) + minutes * MINUTE_MS).toISOString();
    const task = { subjectId, attemptId, purposeId, channel, controllerId, expiresAt };
    const url = await this.links.urlFor({ ...task, ...goods, actor: actorRefOf(caller) });
    return { url, attemptId, expiresAt };
  }
}
