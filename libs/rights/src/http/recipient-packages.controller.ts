import { Body, Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { AckDto, Ctx, LedgerAsk, LedgerPost, UuidParam } from '#http';
import { defined } from '#kernel';
import { Tokens, type CommandContext, type Outcome } from '#runtime';
import { RecipientPackages, type HandedPackage } from '../application/recipient-packages.js';
import { AcknowledgeRecipientCommand, FailRecipientCommand } from '../application/rights.commands.js';
import { DuePackages } from '../read-model/recipient-package.query.js';
import {
  AcknowledgePackageDto,
  AskPackagesDto,
  FailPackageDto,
  RecipientPackagesDto,
} from './recipient-packages.dto.js';

/** What recipients are told of erasures (Art. 19), and what they answer: for the service that integrates them. */
@Controller('v1/recipients/:recipientId/packages')
export class RecipientPackagesController {
  constructor(
    private readonly bus: CommandBus,
    private readonly due: DuePackages,
    private readonly packages: RecipientPackages,
    private readonly tokens: Tokens,
  ) {}

  @LedgerAsk('', {
    scope: 'recipients:inform',
    summary: 'What a recipient must still be told, most urgent first; each package is a recorded look',
    answer: RecipientPackagesDto,
  })
  async list(
    @UuidParam('recipientId') recipientId: string,
    @Body() { limit }: AskPackagesDto,
    @Ctx() context: CommandContext,
  ) {
    const items: HandedPackage[] = [];
    for (const { subjectId, erasureId } of await this.due.of(recipientId, limit)) {
      const handed = await this.packages.hand({ subjectId, erasureId, recipientId }, context);
      if (handed !== undefined) items.push(handed);
    }
    return {
      items: items.map(({ findBy, values, replyAddress, ...rest }) =>
        defined({
          ...rest,
          findBy: findBy.reveal(),
          values: values?.reveal(),
          replyAddress: replyAddress?.reveal(),
        }),
      ),
    };
  }

  @LedgerPost(':erasureId/acknowledge', {
    scope: 'recipients:inform',
    summary: 'Record what a recipient did about an erasure',
    answer: AckDto,
  })
  async acknowledge(
    @UuidParam('recipientId') recipientId: string,
    @UuidParam('erasureId') erasureId: string,
    @Body() { subjectId, outcome: did, acknowledgedAt }: AcknowledgePackageDto,
    @Ctx() context: CommandContext,
  ) {
    const at = acknowledgedAt ?? context.now;
    const data = { erasureId, subjectId, recipientId, acknowledgedAt: at, outcome: did };
    const outcome = await this.bus.execute<AcknowledgeRecipientCommand, Outcome>(
      new AcknowledgeRecipientCommand({ type: 'AcknowledgeRecipient', data }, context),
    );
    return this.tokens.ack(outcome);
  }

  @LedgerPost(':erasureId/fail', {
    scope: 'recipients:inform',
    summary: 'Record that a recipient could not be told',
    answer: AckDto,
  })
  async fail(
    @UuidParam('recipientId') recipientId: string,
    @UuidParam('erasureId') erasureId: string,
    @Body() { subjectId, reason, failedAt }: FailPackageDto,
    @Ctx() context: CommandContext,
  ) {
    const data = { erasureId, subjectId, recipientId, failedAt: failedAt ?? context.now, reason };
    const outcome = await this.bus.execute<FailRecipientCommand, Outcome>(
      new FailRecipientCommand({ type: 'FailRecipient', data }, context),
    );
    return this.tokens.ack(outcome);
  }
}
