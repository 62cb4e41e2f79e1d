import { Controller, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Lang, LedgerGet, Problem, type UiLanguage } from '#http';
import { parisDay, type Clock } from '#kernel';
import { CLOCK } from '#runtime';
import { policyOn } from '../domain/policy/policy-on.js';
import { PolicyActivations } from '../application/policy-activations.js';
import { PolicyQuery } from './policy-query.dto.js';
import { PolicyDto } from './policy.dto.js';
import { policyView } from './policy.view.js';

/** The dated rules on contacting people, as anybody who must explain a decision can read them. */
@Controller('v1/policy')
export class PolicyController {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policies: PolicyActivations,
  ) {}

  @LedgerGet('', {
    scope: 'policy:read',
    summary: 'The rules on contacting people that hold on a day, with dates, sources and certainty',
    description:
      'What a version of the policy says about `at`: rules by channel, audience, relation and sector, the conditions of soft opt-in and of a consent to be called, hours of calls, what every message owes, unstable law, and what nobody has checked. A day after `lawAsOf` is answered by the law as it was read then. Texts follow Accept-Language. No legal advice.',
    answer: PolicyDto,
    otherAnswers: {
      404: {
        description:
          'No policy is known for this day (`policy-unknown-for-day`), or no such version (`policy-version-unknown`).',
      },
    },
  })
  async read(
    @Query() { at = parisDay(this.clock.now()), version }: PolicyQuery,
    @Lang() language: UiLanguage,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PolicyDto> {
    const published = await this.policies.named(version);
    if (published === undefined) throw new Problem('policy-version-unknown', { pointer: '?version' });
    const held = policyOn(published.policy, at);
    if (held === undefined) {
      const note = `Version ${published.policy.version} begins on ${published.policy.from}.`;
      throw new Problem('policy-unknown-for-day', { pointer: '?at', note });
    }
    void reply.headers({ 'content-language': language, vary: 'accept-language' });
    const activations = await this.policies.all();
    return policyView(published, at, held, language, this.policies.published, activations);
  }
}
