import { Body, Controller, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { Ctx, LedgerPost, UuidParam } from '#http';
import { allocatedId, defined, Rejection } from '#kernel';
import { Tokens, type CommandContext, type Outcome } from '#runtime';
import { OrderValueErasureCommand } from '../application/rights.commands.js';
import { RightsFactsReader } from '../application/rights-facts.js';
import { ValueClaims } from '../application/value-claims.js';
import type { RightsEvent } from '../contract.js';
import type { ContactValuePlace } from '../domain/contact-values.js';
import { restrictionsInTheWay } from '../domain/restriction-rules.js';
import { kindsSuppressedBy, standingNos } from '../domain/standing-nos.js';
import { erasedContactPointIds } from '../domain/value-erasure-decisions.js';
import { OrderValueErasureDto, ValueErasureDryRunDto, ValueErasureOrderedDto } from './value-erasure.dto.js';

/**
 * Erasure of single values (Art. 17; EDPB 02/2025 on values that were rectified). A route of its own: where nothing is
 * named nothing goes, while an erasure that names no scope means everything.
 */
@Controller('v1/subjects/:subjectId/value-erasures')
export class ValueErasuresController {
  constructor(
    private readonly bus: CommandBus,
    private readonly facts: RightsFactsReader,
    private readonly claims: ValueClaims,
    private readonly tokens: Tokens,
  ) {}

  @LedgerPost('', {
    scope: 'erasures:order',
    summary: 'Order the erasure of single values, or say with `dryRun` what it would do',
    description:
      'Everything else of the person is sealed again under a new key, then the old one is destroyed. State, steps and certificate stand at `/v1/subjects/{subjectId}/erasures/{erasureId}`.',
    status: 202,
    answer: ValueErasureOrderedDto,
    otherAnswers: { 200: { description: 'A dry run; nothing was recorded.', answer: ValueErasureDryRunDto } },
  })
  async order(
    @UuidParam('subjectId') subjectId: string,
    @Body() body: OrderValueErasureDto,
    @Ctx() context: CommandContext,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { ground, initiator, identityCheck, confirmsOverRestriction, requestId } = body;
    const [isKnown, places] = await Promise.all([
      this.facts.isKnown(subjectId),
      this.claims.places(subjectId),
    ]);
    if (!isKnown) throw new Rejection('subject-unknown');
    const going = body.contactPointIds.map((id, index) => placeOf(places, id, index));
    if (body.dryRun) {
      void reply.status(200);
      return this.dryRun(subjectId, body, places, going);
    }
    const erasureId = allocatedId(context.commandId, 'erasure');
    const order = defined({
      ...{ erasureId, subjectId, ground, initiator, requestId },
      requestedAt: body.requestedAt ?? context.now,
      identityCheck: { ...identityCheck },
      values: going.map(valueOf),
    });
    const data = { order, isKnown, confirmsOverRestriction };
    const outcome = await this.bus.execute<OrderValueErasureCommand, Outcome<RightsEvent>>(
      new OrderValueErasureCommand({ type: 'OrderValueErasure', data }, context),
    );
    void reply.header('Location', `/v1/subjects/${subjectId}/erasures/${erasureId}`);
    const ordered = outcome.events.find((event) => event.type === 'ValueErasureOrdered');
    return { ...this.tokens.ack(outcome), erasureId, values: ordered?.data.values ?? order.values };
  }

  private async dryRun(
    subjectId: string,
    { initiator, confirmsOverRestriction }: OrderValueErasureDto,
    places: readonly ContactValuePlace[],
    going: readonly ContactValuePlace[],
  ) {
    const [{ state }, consent] = await Promise.all([
      this.facts.of(subjectId),
      this.facts.consentHistory(subjectId),
    ]);
    const gone = new Set([...erasedContactPointIds(state), ...going.map((place) => place.contactPointId)]);
    const kinds = new Set<string>(going.map(({ kind }) => kind));
    const nos = standingNos(consent, state.objections).filter(({ channel }) =>
      kindsSuppressedBy(channel).some((kind) => kinds.has(kind)),
    );
    const blockedBy = restrictionsInTheWay(state.restrictions, {
      initiator,
      confirmed: confirmsOverRestriction,
    });
    return {
      dryRun: true,
      values: going.map(valueOf),
      remaining: places
        .filter(({ isStanding, contactPointId }) => isStanding && !gone.has(contactPointId))
        .map(({ contactPointId }) => contactPointId),
      blockedBy: blockedBy.map(({ restrictionId, ground }) => ({ restrictionId, ground })),
      standingNos: nos.length,
    };
  }
}

function placeOf(places: readonly ContactValuePlace[], id: string, index: number): ContactValuePlace {
  const place = places.find(({ contactPointId }) => contactPointId === id);
  if (place === undefined)
    throw new Rejection('contact-point-unknown', undefined, `/contactPointIds/${String(index)}`);
  return place;
}

function valueOf({ contactPointId, value: { scope, eventId } }: ContactValuePlace) {
  return { scope, eventId, contactPointId };
}
