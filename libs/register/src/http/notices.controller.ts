import { Body, Controller, Headers, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { Ctx, LedgerGet, LedgerPost, MinToken, PageQuery, Problem, ReadQuery, UuidParam } from '#http';
import { allocatedId, canonicalJson, defined, sha256Hex, type Uuid } from '#kernel';
import { Tokens, type CommandContext, type Outcome } from '#runtime';
import { PublishNoticeCommand } from '../application/register.commands.js';
import type { PublishNotice } from '../domain/notice.decider.js';
import { RegisterLists } from '../read-model/register-lists.query.js';
import {
  NoticeAckDto,
  NoticeVersionViewDto,
  PublishNoticeDto,
  PublishNoticeVersionDto,
} from './notice.dto.js';
import { VersionParam } from './version-param.js';
import { NoticePageDto } from './pages.dto.js';

/** Notices: what people are told (Art. 13, 14), version by version. */
@Controller('v1/notices')
export class NoticesController {
  constructor(
    private readonly bus: CommandBus,
    private readonly tokens: Tokens,
    private readonly lists: RegisterLists,
  ) {}

  @LedgerPost('', { scope: 'register:write', summary: 'Publish a notice', answer: NoticeAckDto })
  async publish(@Body() body: PublishNoticeDto, @Ctx() context: CommandContext): Promise<NoticeAckDto> {
    const noticeId = allocatedId(context.commandId, 'notice');
    return this.publishVersion(noticeId, { ...body, version: 1, change: 'first' }, context);
  }

  @LedgerPost(':noticeId/versions', {
    scope: 'register:write',
    summary: 'Publish the next version of a notice; the others never change',
    answer: NoticeAckDto,
  })
  async publishNext(
    @UuidParam('noticeId') noticeId: string,
    @Body() body: PublishNoticeVersionDto,
    @Ctx() context: CommandContext,
  ): Promise<NoticeAckDto> {
    return this.publishVersion(noticeId, body, context);
  }

  @LedgerGet(':noticeId/versions/:version', {
    scope: 'register:read',
    summary: 'A published notice version with its texts and their SHA-256',
    answer: NoticeVersionViewDto,
    otherAnswers: { 304: { description: 'The version of `If-None-Match`; it never changes.' } },
  })
  async version(
    @UuidParam('noticeId') noticeId: string,
    @VersionParam('version') version: string,
    @Query() _query: ReadQuery,
    @MinToken('register') _token: string | undefined,
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NoticeVersionViewDto | undefined> {
    const found = await this.lists.notice(noticeId, Number(version));
    if (found === undefined) throw new Problem('not-found');
    const { title, change, effectiveFrom, publishedAt } = found.published;
    const view = {
      noticeId,
      version: Number(version),
      title,
      texts: found.texts.map((text) => ({ ...text })),
      change,
      effectiveFrom: effectiveFrom.toISOString(),
      publishedAt: publishedAt.toISOString(),
    };
    // The version never changes, so its content is its tag.
    const tag = `"${sha256Hex(canonicalJson(view))}"`;
    void reply.header('etag', tag);
    if (known !== tag) return view;
    void reply.status(304);
    return undefined;
  }

  @LedgerGet('', {
    scope: 'register:read',
    summary: 'Notices by the date of their first version',
    answer: NoticePageDto,
  })
  async list(@Query() query: PageQuery, @MinToken('register') _: string | undefined) {
    const { items, ...rest } = await this.lists.notices(query);
    const views = items.map(({ firstPublishedAt, publishedAt, ...notice }) => ({
      ...notice,
      firstPublishedAt: firstPublishedAt.toISOString(),
      publishedAt: publishedAt.toISOString(),
    }));
    return { items: views, ...rest };
  }

  private async publishVersion(
    noticeId: Uuid,
    { version, change, title, texts, effectiveFrom, occurredAt }: Publication,
    context: CommandContext,
  ): Promise<NoticeAckDto> {
    const stated = { noticeId, version, change, title, texts, occurredAt: occurredAt ?? context.now };
    const data = defined({ ...stated, effectiveFrom });
    const outcome = await this.bus.execute<PublishNoticeCommand, Outcome>(
      new PublishNoticeCommand({ type: 'PublishNotice', data }, context),
    );
    return { ...this.tokens.ack(outcome), noticeId, version };
  }
}

type Publication = PublishNoticeDto & Pick<PublishNotice['data'], 'version' | 'change'>;
