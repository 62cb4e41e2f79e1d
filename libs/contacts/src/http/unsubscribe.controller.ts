import { Body, Controller, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  asPage,
  EnumField,
  Lang,
  PublicGet,
  PublicPost,
  shapedParam,
  text,
  TextField,
  type UiLanguage,
} from '#http';
import { PurposeNames } from '../application/purpose-names.js';
import { UnsubscribeLinks } from '../application/unsubscribe-links.js';
import { Unsubscribing } from '../application/unsubscribing.js';
import type { LinkTarget } from '../domain/link-target.js';
import { askPage, damagedPage, donePage, type Named } from './unsubscribe.page.js';

/** What a click says: nothing but itself, as mail programs send it, or how far it goes, as our page does. */
export class UnsubscribeDto {
  @EnumField(['this', 'all'], { fallback: 'this', description: '`all`: every purpose, on every channel.' })
  scope!: 'this' | 'all';

  @TextField({ max: 100, optional: true, description: '`One-Click`, from a mail program (RFC 8058).' })
  'List-Unsubscribe'?: string;
}

/** The page behind a link: unsubscribing in one click, without logging in (RFC 8058). */
@ApiExcludeController()
@Controller('u')
export class UnsubscribeController {
  constructor(
    private readonly links: UnsubscribeLinks,
    private readonly unsubscribing: Unsubscribing,
    private readonly purposes: PurposeNames,
  ) {}

  @PublicGet(':token', { summary: 'Page that shows what a link would end; changes nothing.' })
  async show(
    @shapedParam('token', text({ max: 500 })) token: string,
    @Lang() language: UiLanguage,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const target = await this.links.open(token);
    if (target === undefined) return damaged(reply, language);
    return asPage(reply, language, askPage(language, await this.named(target, language)));
  }

  @PublicPost(':token', {
    summary: 'Unsubscribes the person for whom the link was made.',
    accepts: ['application/x-www-form-urlencoded', 'multipart/form-data', 'application/json'],
  })
  async unsubscribe(
    @shapedParam('token', text({ max: 500 })) token: string,
    @Body() { scope }: UnsubscribeDto,
    @Lang() language: UiLanguage,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const linked = await this.links.open(token);
    if (linked === undefined) return damaged(reply, language);
    const target = scope === 'all' ? widest(linked) : linked;
    await this.unsubscribing.record(target);
    return asPage(reply, language, donePage(language, await this.named(target, language)));
  }

  private async named(target: LinkTarget, language: UiLanguage): Promise<Named> {
    const { purposeId } = target;
    const purposeName = purposeId === 'all' ? undefined : await this.purposes.nameOf(purposeId, language);
    return { target, purposeName };
  }
}

function widest({ subjectId }: LinkTarget): LinkTarget {
  return { subjectId, purposeId: 'all', channel: 'all' };
}

function damaged(reply: FastifyReply, language: UiLanguage): string {
  void reply.status(404);
  return asPage(reply, language, damagedPage(language));
}
