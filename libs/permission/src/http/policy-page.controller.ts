import { Controller, Inject, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { asPage, Lang, Problem, PublicGet, type UiLanguage } from '#http';
import { parisDay, type Clock } from '#kernel';
import { CLOCK } from '#runtime';
import { policyOn } from '../domain/policy/policy-on.js';
import { PolicyActivations } from '../application/policy-activations.js';
import { PolicyQuery } from './policy-query.dto.js';
import { policyPage, unknownDayPage } from './policy.page.js';
import { policyView } from './policy.view.js';

/** The dated rules as a page. They are encoded law and name nobody, so anybody may read them. */
@ApiExcludeController()
@Controller('policy')
export class PolicyPageController {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policies: PolicyActivations,
  ) {}

  @PublicGet('', { summary: 'The rules on contacting people that hold on a day, as a page.' })
  async show(
    @Query() { at = parisDay(this.clock.now()), version }: PolicyQuery,
    @Lang() language: UiLanguage,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const published = await this.policies.named(version);
    if (published === undefined) throw new Problem('policy-version-unknown', { pointer: '?version' });
    const held = policyOn(published.policy, at);
    if (held === undefined) {
      void reply.status(404);
      return asPage(reply, language, unknownDayPage(language, at, published.policy.from));
    }
    const activations = await this.policies.all();
    const view = policyView(published, at, held, language, this.policies.published, activations);
    return asPage(reply, language, policyPage(language, view));
  }
}
