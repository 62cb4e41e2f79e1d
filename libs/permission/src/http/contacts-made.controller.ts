import { Body, Controller } from '@nestjs/common';
import {
  AckDto,
  concerning,
  Ctx,
  invalidRequest,
  Lang,
  LedgerPost,
  rowAnswers,
  UuidParam,
  type Fault,
  type UiLanguage,
} from '#http';
import { defined, isUuid } from '#kernel';
import { Tokens, type CommandContext } from '#runtime';
import { Solicitations } from '#solicitation';
import { ContactsMade, type MadeContact, type RecordedContact } from '../application/contacts-made.js';
import { ContactsMadeBatch } from '../application/contacts-made-batch.js';
import {
  ContactMadeDto,
  ContactRecordedDto,
  ContactsMadeAnswerDto,
  ContactsMadeDto,
  ReleaseReservationDto,
} from './contacts-made.dto.js';

const A_NO = 'Where the person asked to stop, it withdraws in the same act, and nothing stands in its way.';

/** Contacts that were made with people: what the limits of the law are judged by. */
@Controller('v1/contacts-made')
export class ContactsMadeController {
  constructor(
    private readonly contacts: ContactsMade,
    private readonly batch: ContactsMadeBatch,
    private readonly solicitations: Solicitations,
    private readonly tokens: Tokens,
  ) {}

  @LedgerPost('', {
    scope: 'contacts-made:write',
    summary: 'Record a contact that was made, or tried',
    description: `A fact: recorded also beyond a limit, and of people whom nobody registered. ${A_NO}`,
    isNo: true,
    answer: ContactRecordedDto,
  })
  async record(@Body() body: ContactMadeDto, @Ctx() context: CommandContext): Promise<ContactRecordedDto> {
    assertSound([[body, '']]);
    const { attemptId, outcome, appended, isStopped } = await this.contacts.record(contactOf(body), context);
    const ack = { ...this.tokens.ack(outcome), appended };
    return concerning([body.subjectId], { ...ack, attemptId, stopped: isStopped });
  }

  @LedgerPost('batch', {
    scope: 'contacts-made:write',
    summary: 'Record contacts with many people',
    description: `Answers row by row: what is declined stops no other row. A row of the wrong shape is a fault of the request. ${A_NO}`,
    isNo: true,
    status: 200,
    answer: ContactsMadeAnswerDto,
  })
  async recordAll(
    @Body() { contacts }: ContactsMadeDto,
    @Ctx() context: CommandContext,
    @Lang() language: UiLanguage,
  ): Promise<ContactsMadeAnswerDto> {
    assertSound(contacts.map((contact, index) => [contact, placeOf(index)]));
    const wanted = contacts.map(contactOf);
    const outcomes = await this.batch.record(wanted, context);
    const rows = rowAnswers(wanted, outcomes, {
      ...{ member: '/contacts', language },
      tell: (recorded) => this.told(recorded),
    });
    const appended = rows.reduce((sum, row) => sum + (row.recorded ? row.appended : 0), 0);
    const declined = rows.filter(({ recorded }) => !recorded).length;
    return concerning(
      wanted.map(({ subjectId }) => subjectId),
      { appended, declined, rows },
    );
  }

  @LedgerPost('reservations/:attemptId/release', {
    scope: 'contacts-made:write',
    summary: 'Give back the place of a contact that was not made',
    answer: AckDto,
  })
  async release(
    @UuidParam('attemptId') attemptId: string,
    @Body() { subjectId, reason }: ReleaseReservationDto,
    @Ctx() context: CommandContext,
  ): Promise<AckDto> {
    const outcome = await this.solicitations.release({ subjectId, attemptId, reason }, context);
    return concerning([subjectId], this.tokens.ack(outcome));
  }

  private told({ attemptId, isStopped: stopped, appended, outcome }: RecordedContact) {
    const row = { attemptId, stopped, appended };
    // Where nothing is new the stream may go on between an answer and its repetition, which must tell the same.
    return appended === 0 ? row : { ...row, token: this.tokens.ofOutcome(outcome) };
  }
}

function placeOf(index: number): string {
  return `/contacts/${String(index)}`;
}

/**
 * What a contact needs unless the person asked to stop: an id of its own, so that it counts once, and a purpose by its
 * id. Throws `invalid-request` with every fault.
 */
function assertSound(contacts: readonly (readonly [ContactMadeDto, string])[]): void {
  const faults = contacts.flatMap(([{ outcome, attemptId, purposeId, stop }, place]): Fault[] => {
    if (outcome === 'asked-to-stop') return [];
    return [
      ...(attemptId === undefined ? [{ pointer: `${place}/attemptId`, code: 'missing' as const }] : []),
      ...(isUuid(purposeId) ? [] : [{ pointer: `${place}/purposeId`, code: 'not-a-uuid' as const }]),
      ...(stop === undefined ? [] : [{ pointer: `${place}/stop`, code: 'unknown-member' as const }]),
    ];
  });
  if (faults.length > 0) throw invalidRequest(faults);
}

function contactOf(body: ContactMadeDto): MadeContact {
  const { purposeId: purpose, stop, ...contact } = body;
  const { purposeId, channels, controllerId } = stop ?? {};
  return defined({
    ...contact,
    purpose,
    stop: stop && defined({ purpose: purposeId, channels, controllerId }),
  });
}
