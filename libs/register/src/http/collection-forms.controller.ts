import { Body, Controller, Query, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { Ctx, LedgerGet, LedgerPost, MinToken, PageQuery, Problem, ReadQuery, UuidParam } from '#http';
import { allocatedId, canonicalJson, sha256Hex, type Uuid } from '#kernel';
import { Tokens, type CommandContext, type Outcome } from '#runtime';
import { refuseOversized } from '../application/fact-size.js';
import { RegisterFacts } from '../application/register-facts.js';
import {
  PublishCollectionFormCommand,
  RetireCollectionFormCommand,
} from '../application/register.commands.js';
import type { FormVersionEntity } from '../read-model/register.entity.js';
import { RegisterLists } from '../read-model/register-lists.query.js';
import {
  FormAckDto,
  FormVersionViewDto,
  PublishFormDto,
  PublishFormVersionDto,
  RetireFormDto,
} from './collection-form.dto.js';
import { VersionParam } from './version-param.js';
import { FormPageDto } from './pages.dto.js';

/** Collection forms: what people saw when they were asked (Art. 7(1)). */
@Controller('v1/collection-forms')
export class CollectionFormsController {
  constructor(
    private readonly bus: CommandBus,
    private readonly facts: RegisterFacts,
    private readonly tokens: Tokens,
    private readonly lists: RegisterLists,
  ) {}

  @LedgerPost('', {
    scope: 'register:write',
    summary: 'Keep a collection form as it is shown',
    answer: FormAckDto,
  })
  async publish(@Body() body: PublishFormDto, @Ctx() context: CommandContext): Promise<FormAckDto> {
    const formId = allocatedId(context.commandId, 'form');
    return this.publishVersion(formId, { ...body, version: 1 }, context);
  }

  @LedgerPost(':formId/versions', {
    scope: 'register:write',
    summary: 'Keep the next version of a collection form; the others never change',
    answer: FormAckDto,
  })
  async publishNext(
    @UuidParam('formId') formId: string,
    @Body() body: PublishFormVersionDto,
    @Ctx() context: CommandContext,
  ): Promise<FormAckDto> {
    return this.publishVersion(formId, body, context);
  }

  @LedgerPost(':formId/versions/:version/retire', {
    scope: 'register:write',
    summary: 'Say until when a version is shown',
    answer: FormAckDto,
  })
  async retire(
    @UuidParam('formId') formId: string,
    @VersionParam('version') version: string,
    @Body() { validUntil, occurredAt }: RetireFormDto,
    @Ctx() context: CommandContext,
  ): Promise<FormAckDto> {
    const data = { formId, version: Number(version), validUntil, occurredAt: occurredAt ?? context.now };
    const outcome = await this.bus.execute<RetireCollectionFormCommand, Outcome>(
      new RetireCollectionFormCommand({ type: 'RetireCollectionForm', data }, context),
    );
    return { ...this.tokens.ack(outcome), formId, version: Number(version) };
  }

  @LedgerGet(':formId/versions/:version', {
    scope: 'register:read',
    summary: 'A version of a collection form as it was shown',
    answer: FormVersionViewDto,
  })
  async version(
    @UuidParam('formId') formId: string,
    @VersionParam('version') version: string,
    @Query() _query: ReadQuery,
    @MinToken('register') _token: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FormVersionViewDto> {
    const found = await this.lists.form(formId, Number(version));
    if (found === null) throw new Problem('not-found');
    const view = viewOf(found);
    void reply.header('etag', `"${sha256Hex(canonicalJson(view))}"`);
    return view;
  }

  @LedgerGet('', {
    scope: 'register:read',
    summary: 'Versions of collection forms, in the order they were put in use',
    answer: FormPageDto,
  })
  async list(@Query() query: PageQuery, @MinToken('register') _: string | undefined) {
    const { items, ...rest } = await this.lists.forms(query);
    return { items: items.map(viewOf), ...rest };
  }

  private async publishVersion(
    formId: Uuid,
    { occurredAt, ...described }: PublishFormVersionDto,
    context: CommandContext,
  ): Promise<FormAckDto> {
    const form = { formId, ...described };
    refuseOversized(form);
    const [noticeTexts, purposes] = await Promise.all([
      this.facts.noticeTexts(form.notice.noticeId, form.notice.version),
      this.facts.purposes(form.offers.map(({ purposeId }) => purposeId)),
    ]);
    const data = { form, noticeTexts, purposes, occurredAt: occurredAt ?? context.now };
    const outcome = await this.bus.execute<PublishCollectionFormCommand, Outcome>(
      new PublishCollectionFormCommand({ type: 'PublishCollectionForm', data }, context),
    );
    return { ...this.tokens.ack(outcome), formId, version: form.version };
  }
}

function viewOf({ data, publishedAt, validUntil }: FormVersionEntity): FormVersionViewDto {
  const { validUntil: _, ...shown } = data;
  return {
    ...shown,
    ...(validUntil && { validUntil: validUntil.toISOString() }),
    publishedAt: publishedAt.toISOString(),
  };
}
