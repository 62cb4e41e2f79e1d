import { Body, Controller, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { AckDto, ActorOf, Ctx, LedgerPost, UuidParam, type Caller } from '#http';
import { defined } from '#kernel';
import { Tokens, type CommandContext, type Outcome } from '#runtime';
import { ContactPointChanges } from '../application/contact-point-changes.js';
import type { ContactInput } from '../application/contact-values.js';
import { SubjectFacts } from '../application/subject-facts.js';
import { SubjectRegistration } from '../application/subject-registration.js';
import { LinkSubjectsCommand, UnlinkSubjectsCommand } from '../application/subject.commands.js';
import {
  AddContactPointDto,
  ContactPointChangedDto,
  LinkDto,
  RectifyContactPointDto,
  RegisteredDto,
  RegisterSubjectDto,
  RemoveContactPointDto,
  type ContactPointDto,
} from './subjects.dto.js';

/** Data subjects and how they can be reached. */
@Controller('v1/subjects')
export class SubjectsController {
  constructor(
    private readonly bus: CommandBus,
    private readonly registration: SubjectRegistration,
    private readonly contactPoints: ContactPointChanges,
    private readonly facts: SubjectFacts,
    private readonly tokens: Tokens,
  ) {}

  @LedgerPost('', {
    scope: 'subjects:write',
    summary: 'Register a data subject',
    answer: RegisteredDto,
    otherAnswers: { 200: { description: 'Known already; nobody was created.', answer: RegisteredDto } },
  })
  async register(
    @Body() body: RegisterSubjectDto,
    @Ctx() context: CommandContext,
    @ActorOf() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RegisteredDto> {
    const { audience, collection, source, occurredAt = context.now } = body;
    const registered = await this.registration.register(
      { audience, collection, source: defined({ ...source }), occurredAt },
      body.contactPoints.map(inputOf),
      body.onMatch,
      context,
    );
    const { subjectId, created, matches, outcome } = registered;
    if (!created) void reply.status(200);
    const maySeeOthers = caller.scopes.has('subjects:lookup');
    return {
      ...this.tokens.ack(outcome),
      subjectId,
      created,
      ...(maySeeOthers ? { matches: [...matches] } : {}),
    };
  }

  @LedgerPost(':subjectId/contact-points', {
    scope: 'subjects:write',
    summary: 'Add a contact point',
    answer: ContactPointChangedDto,
  })
  async add(
    @UuidParam('subjectId') subjectId: string,
    @Body() body: AddContactPointDto,
    @Ctx() context: CommandContext,
  ): Promise<ContactPointChangedDto> {
    const { contactPointId, outcome } = await this.contactPoints.add(
      subjectId,
      inputOf(body),
      body.occurredAt ?? context.now,
      context,
    );
    return { ...this.tokens.ack(outcome), contactPointId };
  }

  @LedgerPost(':subjectId/rectifications', {
    scope: 'subjects:write',
    summary: 'Replace an inaccurate contact point (Art. 16); the new one inherits no consent',
    answer: ContactPointChangedDto,
  })
  async rectify(
    @UuidParam('subjectId') subjectId: string,
    @Body() body: RectifyContactPointDto,
    @Ctx() context: CommandContext,
  ): Promise<ContactPointChangedDto> {
    const { replaces, reason, requestId, occurredAt = context.now } = body;
    const { contactPointId, outcome } = await this.contactPoints.rectify(
      subjectId,
      defined({ replaces, reason, requestId, occurredAt }),
      inputOf(body),
      context,
    );
    return { ...this.tokens.ack(outcome), contactPointId };
  }

  @LedgerPost(':subjectId/contact-points/:contactPointId/remove', {
    scope: 'subjects:write',
    summary: 'Remove a contact point',
    answer: ContactPointChangedDto,
  })
  async remove(
    @UuidParam('subjectId') subjectId: string,
    @UuidParam('contactPointId') contactPointId: string,
    @Body() body: RemoveContactPointDto,
    @Ctx() context: CommandContext,
  ): Promise<ContactPointChangedDto> {
    const { reason, occurredAt = context.now } = body;
    const { outcome } = await this.contactPoints.remove(
      { subjectId, contactPointId, reason, occurredAt },
      context,
    );
    return { ...this.tokens.ack(outcome), contactPointId };
  }

  @LedgerPost(':subjectId/links', {
    scope: 'subjects:write',
    summary: 'Relate two data subjects; never a merge',
    answer: AckDto,
  })
  async link(
    @UuidParam('subjectId') subjectId: string,
    @Body() body: LinkDto,
    @Ctx() context: CommandContext,
  ) {
    const [{ protection }, other] = await Promise.all([
      this.facts.of(subjectId),
      this.facts.of(body.otherSubjectId),
    ]);
    const link = { subjectId, ...body, occurredAt: body.occurredAt ?? context.now };
    const data = { link, isOtherKnown: other.isRegistered, protection };
    return this.tokens.ack(
      await this.bus.execute<LinkSubjectsCommand, Outcome>(
        new LinkSubjectsCommand({ type: 'LinkSubjects', data }, context),
      ),
    );
  }

  @LedgerPost(':subjectId/links/remove', {
    scope: 'subjects:write',
    summary: 'End a relation',
    answer: AckDto,
  })
  async unlink(
    @UuidParam('subjectId') subjectId: string,
    @Body() body: LinkDto,
    @Ctx() context: CommandContext,
  ) {
    const link = { subjectId, ...body, occurredAt: body.occurredAt ?? context.now };
    return this.tokens.ack(
      await this.bus.execute<UnlinkSubjectsCommand, Outcome>(
        new UnlinkSubjectsCommand({ type: 'UnlinkSubjects', data: { link } }, context),
      ),
    );
  }
}

function inputOf({ kind, value, system, use, timeZone }: ContactPointDto): ContactInput {
  return defined({ kind, value, system, use, timeZone });
}
