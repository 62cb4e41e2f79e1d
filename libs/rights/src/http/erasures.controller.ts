import { Body, Controller, Inject, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { Ctx, LedgerGet, LedgerPost, Problem, UuidParam } from '#http';
import { allocatedId, defined, Rejection } from '#kernel';
import { KEY_STORE, Tokens, type CommandContext, type Outcome } from '#runtime';
import type { KeyStore } from '#subject-keys';
import { CertificateFacts } from '../application/certificate-facts.js';
import { erasureCertificate } from '../application/erasure-certificate.js';
import { erasureView } from '../application/erasure-view.js';
import { asErasure, valueErasureView } from '../application/value-erasure-view.js';
import { Purgers } from '../application/purgers.js';
import { OrderErasureCommand } from '../application/rights.commands.js';
import { RightsFactsReader } from '../application/rights-facts.js';
import type { RightsEvent } from '../contract.js';
import { planErasure } from '../domain/erasure-plan.js';
import { RETENTION_RULES_VERSION } from '../domain/retention-rules.js';
import { erasureOf } from '../domain/rights-state.js';
import { valueErasureOf } from '../domain/value-erasure-decisions.js';
import { ErasureDryRunDto, ErasureDto, ErasureOrderedDto } from './erasure-answers.dto.js';
import { ErasureCertificateDto } from './erasure-certificate.dto.js';
import { OrderErasureDto } from './rights.dto.js';

/** Erasures (Art. 17): a dry run first, then the order; from there the ledger carries it out. */
@Controller('v1/subjects/:subjectId/erasures')
export class ErasuresController {
  constructor(
    private readonly bus: CommandBus,
    private readonly facts: RightsFactsReader,
    private readonly purgers: Purgers,
    private readonly tokens: Tokens,
    private readonly surroundings: CertificateFacts,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
  ) {}

  @LedgerPost('', {
    scope: 'erasures:order',
    summary: 'Order an erasure, or say with `dryRun` what it would do',
    status: 202,
    answer: ErasureOrderedDto,
    otherAnswers: { 200: { description: 'A dry run; nothing was recorded.', answer: ErasureDryRunDto } },
  })
  async order(
    @UuidParam('subjectId') subjectId: string,
    @Body() body: OrderErasureDto,
    @Ctx() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { ground, initiator, identityCheck, confirmsOverRestriction, dryRun, requestId } = body;
    const [{ state }, consent, isKnown] = await Promise.all([
      this.facts.of(subjectId),
      this.facts.consentHistory(subjectId),
      this.facts.isKnown(subjectId),
    ]);
    const wish = { scopes: body.scopes ?? ('all' as const), initiator, confirmed: confirmsOverRestriction };
    const plan = planErasure(context.now, wish, state, consent);
    if (dryRun) {
      if (!isKnown) throw new Rejection('subject-unknown');
      void reply.status(200);
      const blockedBy = plan.blockedBy.map(({ restrictionId, ground: restrictedOn }) => ({
        restrictionId,
        ground: restrictedOn,
      }));
      return { dryRun: true, ...plan, blockedBy, rulesVersion: RETENTION_RULES_VERSION };
    }
    const erasureId = allocatedId(context.commandId, 'erasure');
    const order = defined({
      erasureId,
      subjectId,
      ground,
      initiator,
      requestId,
      requestedAt: body.requestedAt ?? context.now,
      identityCheck: { ...identityCheck },
      scopes: [...plan.scopes],
      retained: [...plan.retained],
      rulesVersion: RETENTION_RULES_VERSION,
    });
    const data = { order, isKnown, confirmsOverRestriction };
    const outcome = await this.bus.execute<OrderErasureCommand, Outcome<RightsEvent>>(
      new OrderErasureCommand({ type: 'OrderErasure', data }, context),
    );
    void reply.header('Location', `/v1/subjects/${subjectId}/erasures/${erasureId}`);
    // From the event, not from the plan: a retry plans after the order and must answer the same.
    const { scopes, retained } = orderedBy(outcome) ?? order;
    return { ...this.tokens.ack(outcome), erasureId, scopes, retained };
  }

  @LedgerGet(':erasureId', {
    scope: 'erasures:read',
    summary: 'State and steps of an erasure',
    answer: ErasureDto,
  })
  async state(@UuidParam('subjectId') subjectId: string, @UuidParam('erasureId') erasureId: string) {
    const { erasure, values, facts } = await this.known(subjectId, erasureId);
    const purgers = this.purgers.all.map(({ name }) => name);
    return values === undefined
      ? erasureView(erasure, facts.state, facts.rights, purgers)
      : valueErasureView(values, facts.state, facts.rights, purgers);
  }

  @LedgerGet(':erasureId/certificate', {
    scope: 'erasures:read',
    summary: 'What was destroyed, what is retained, why and until when',
    answer: ErasureCertificateDto,
    otherAnswers: { 409: { description: 'Not finished yet.' } },
  })
  async certificate(@UuidParam('subjectId') subjectId: string, @UuidParam('erasureId') erasureId: string) {
    const { erasure, values, facts } = await this.known(subjectId, erasureId);
    const isPurged = this.purgers.all.every(({ name }) => erasure.purgedBy.includes(name));
    if (erasure.progress !== 'unreadable' || !isPurged) throw new Rejection('erasure-not-finished');
    const surroundings = await this.surroundings.of(subjectId, erasureId, facts.rights);
    const extent = values === undefined ? 'scopes' : 'values';
    const certificate = erasureCertificate(erasure, facts.rights, this.keyStore.kek, {
      ...surroundings,
      extent,
    });
    return defined({ ...certificate, values: values?.order.values });
  }

  private async known(subjectId: string, erasureId: string) {
    const facts = await this.facts.of(subjectId);
    const values = valueErasureOf(facts.state, erasureId);
    const erasure = values ? asErasure(values, facts.state) : erasureOf(facts.state, erasureId);
    if (erasure === undefined) throw new Problem('not-found');
    return { facts, erasure, values };
  }
}

function orderedBy(outcome: Outcome<RightsEvent>) {
  return outcome.events.find((event) => event.type === 'ErasureOrdered')?.data;
}
