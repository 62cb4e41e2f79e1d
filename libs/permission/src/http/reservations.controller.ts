import { Body, Controller, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { concerning, Ctx, Lang, LedgerPost, type UiLanguage } from '#http';
import { defined } from '#kernel';
import { Tokens, type CommandContext } from '#runtime';
import { Reservations, type PlaceWanted } from '../application/reservations.js';
import { permissionView } from './permission.view.js';
import { ReservedContactDto, ReserveContactDto } from './reservations.dto.js';

/** Places of contacts that are about to be made. */
@Controller('v1/contacts-made/reservations')
export class ReservationsController {
  constructor(
    private readonly reservations: Reservations,
    private readonly tokens: Tokens,
  ) {}

  @LedgerPost('', {
    scope: 'contacts-made:write',
    summary: 'Hold the place of a contact before it is made, if it is permitted',
    description:
      'The gate is asked, and the place counts at once: two agents cannot both make the fourth call. Record the contact afterwards under the same `attemptId`, or give the place back.',
    answer: ReservedContactDto,
    otherAnswers: { 200: { description: 'Not permitted; nothing is held.', answer: ReservedContactDto } },
  })
  async reserve(
    @Body() body: ReserveContactDto,
    @Ctx() context: CommandContext,
    @Lang() language: UiLanguage,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ReservedContactDto> {
    const { subjectId, attemptId } = body;
    const wanted = wantedOf(body);
    const answer = await this.reservations.reserve(wanted, context);
    if ('refused' in answer) {
      void reply.status(200).headers({ 'content-language': language, vary: 'accept-language' });
      const { reasons } = permissionView({ whom: { subjectId } }, answer.refused, undefined, language);
      return concerning([subjectId], { reserved: false, attemptId, reasons, appended: 0 });
    }
    const { expiresAt, outcome } = answer;
    const { appended, token } = this.tokens.ack(outcome);
    return concerning(
      [subjectId],
      defined({ reserved: true, attemptId, expiresAt, reasons: [], appended, token }),
    );
  }
}

function wantedOf(body: ReserveContactDto): PlaceWanted {
  const { subjectId, purposeId, controllerId, channel, contactPointId, message, attemptId, minutes } = body;
  const named = defined({ purposeId, controllerId, channel, contactPointId });
  return {
    subjectId,
    question: { ...named, message: defined({ ...message }) },
    attemptId,
    lifeMinutes: minutes,
  };
}
