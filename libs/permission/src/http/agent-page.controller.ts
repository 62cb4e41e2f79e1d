import { Body, Controller, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { PurposeNames } from '#contacts';
import { asPage, Lang, PublicGet, PublicPost, shapedParam, text, type UiLanguage } from '#http';
import type { RejectionCode } from '#kernel';
import { AgentLinks, type AgentTask } from '../application/agent-links.js';
import { AgentTasks } from '../application/agent-tasks.js';
import { AgentActDto } from './agent-links.dto.js';
import { agentPage, damagedAgentPage, stoppedPage } from './agent.page.js';

/** The page of one contact, for the agent who makes it. No script; each button is one act. */
@ApiExcludeController()
@Controller('a')
export class AgentPageController {
  constructor(
    private readonly links: AgentLinks,
    private readonly tasks: AgentTasks,
    private readonly purposes: PurposeNames,
  ) {}

  @PublicGet(':token', {
    summary: 'Whether the person may be contacted, and what the agent can do; changes nothing.',
  })
  async show(
    @shapedParam('token', text({ max: 500 })) token: string,
    @Lang() language: UiLanguage,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const task = await this.links.open(token);
    return task === undefined ? damaged(reply, language) : this.page(task, undefined, language, reply);
  }

  @PublicPost(':token', {
    summary: 'Reserves the contact, tells how it ended, or records that the person asked to stop.',
    accepts: ['application/x-www-form-urlencoded', 'application/json'],
  })
  async act(
    @shapedParam('token', text({ max: 500 })) token: string,
    @Body() { act }: AgentActDto,
    @Lang() language: UiLanguage,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const task = await this.links.open(token);
    if (task === undefined) return damaged(reply, language);
    if (act === 'stop') {
      await this.tasks.stop(task);
      return asPage(reply, language, stoppedPage(language, await this.named(task, language)));
    }
    // Past its end a link takes a "no" alone; the page says so.
    const { isExpired } = await this.tasks.stateOf(task);
    if (isExpired) return this.page(task, undefined, language, reply);
    const declined = await (act === 'reserve' ? this.tasks.reserve(task) : this.tasks.record(task, act));
    return this.page(task, declined, language, reply);
  }

  private async page(
    task: AgentTask,
    declined: RejectionCode | undefined,
    language: UiLanguage,
    reply: FastifyReply,
  ): Promise<string> {
    // Whatever cannot be read, the page stands: a person on the telephone who says no is not asked to wait.
    const [state, named] = await Promise.all([
      this.tasks.stateOf(task).catch(() => undefined),
      this.named(task, language),
    ]);
    return asPage(reply, language, agentPage(language, named, state, declined));
  }

  private async named({ channel, purposeId }: AgentTask, language: UiLanguage) {
    const purposeName = await this.purposes.nameOf(purposeId, language).catch(() => undefined);
    return { channel, purposeName };
  }
}

function damaged(reply: FastifyReply, language: UiLanguage): string {
  void reply.status(404);
  return asPage(reply, language, damagedAgentPage(language));
}
