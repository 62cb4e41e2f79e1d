import { Controller, Header, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { problemIndexPage, problemPage } from '../problem-pages.js';
import { isProblemCode } from '../problems.js';
import type { UiLanguage } from '../problems/problem-type.js';
import { Problem } from '../problems/problem.js';
import { PublicGet } from '../routes/ledger-routes.js';
import { Lang, SlugParam } from '../routes/parameters.js';
import { asPage } from './as-page.js';
import { landingPage, type LandingFacts } from './landing.js';
import { PAGES_CSS } from './pages-css.js';

/** Provider of {@link LandingFacts}. */
export const LANDING_FACTS = Symbol('LANDING_FACTS');

/** Pages for people who follow an address: where they are, and what a problem means. */
@ApiExcludeController()
@Controller()
export class PagesController {
  constructor(@Inject(LANDING_FACTS) private readonly facts: LandingFacts) {}

  @PublicGet('/', { summary: 'What this is and where to go on.' })
  landing(@Lang() language: UiLanguage, @Res({ passthrough: true }) reply: FastifyReply): string {
    return asPage(reply, language, landingPage(language, this.facts));
  }

  @PublicGet('problems', { summary: 'All problems.' })
  problems(@Lang() language: UiLanguage, @Res({ passthrough: true }) reply: FastifyReply): string {
    return asPage(reply, language, problemIndexPage(language));
  }

  @PublicGet('problems/:slug', { summary: 'What a problem means and what to do.' })
  problem(
    @SlugParam('slug') slug: string,
    @Lang() language: UiLanguage,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string {
    if (!isProblemCode(slug)) throw new Problem('not-found');
    return asPage(reply, language, problemPage(slug, language));
  }

  @PublicGet('assets/pages.css', { summary: 'Style sheet of the pages.' })
  @Header('content-type', 'text/css; charset=utf-8')
  @Header('cache-control', 'public, max-age=3600')
  styles(): string {
    return PAGES_CSS;
  }
}
