import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { allocatedId, Personal } from '#kernel';
import { PersonalData, StreamWriter, type CommandContext, type OpenedPersonal } from '#runtime';
import { accessStream, type AccessEvent, type RevealableField } from '#subjects/contract';
import { isAbout, isSettled, type Notification } from '../domain/notifications.js';
import type { KnownAddress } from '../domain/recipient-package.js';
import { InformRecipientCommand } from './rights.commands.js';
import { RightsFactsReader } from './rights-facts.js';

/** What a recipient needs to erase one person. */
export interface HandedPackage {
  readonly subjectId: string;
  readonly erasureId: string;
  readonly dueBy: string;
  /** Empty: the ledger knows nothing by which the recipient could find the person. */
  readonly findBy: Personal<readonly KnownAddress[]>;
  /** The only values that are to be erased; `undefined`: everything about the person. */
  readonly values: Personal<readonly KnownAddress[]> | undefined;
  readonly replyAddress: Personal<KnownAddress> | undefined;
}

/** Hands packages over to recipients (Art. 19): the look and the telling stand in the ledger before the answer leaves. */
@Injectable()
export class RecipientPackages {
  constructor(
    private readonly bus: CommandBus,
    private readonly facts: RightsFactsReader,
    private readonly personal: PersonalData,
    private readonly writer: StreamWriter,
  ) {}

  /** The package of a recipient for one erasure; `undefined`: it has answered, or its time is over. */
  async hand(
    of: { readonly subjectId: string; readonly erasureId: string; readonly recipientId: string },
    context: CommandContext,
  ): Promise<HandedPackage | undefined> {
    const { subjectId, erasureId, recipientId } = of;
    const { state } = await this.facts.of(subjectId);
    const notification = state.notifications.find((one) => isAbout(one, of));
    if (notification === undefined || isSettled(notification)) return undefined;
    const opened = await this.open(subjectId, notification);
    if (opened === undefined) return undefined;
    const shown = [...opened.findBy.reveal(), ...(opened.values?.reveal() ?? [])];
    await this.recordLook(subjectId, shown, erasureId, recipientId, context);
    const data = { erasureId, subjectId, recipientId, informedAt: context.now };
    const own = { ...context, commandId: allocatedId(context.commandId, `inform ${erasureId}`) };
    await this.bus.execute(new InformRecipientCommand({ type: 'InformRecipient', data }, own));
    return { subjectId, erasureId, dueBy: notification.prepared.dueBy, ...opened };
  }

  /** `undefined`: it was sealed and opens no more. */
  private async open(subjectId: string, { prepared }: Notification) {
    const refs = [prepared.package, prepared.replyAddress];
    const opened = await this.personal.open(
      refs.flatMap((ref) => (ref === undefined ? [] : [{ subjectId, ref }])),
    );
    const of = (ref: unknown): OpenedPersonal | undefined => (ref === undefined ? undefined : opened.shift());
    const [sealed, reply] = [of(prepared.package), of(prepared.replyAddress)];
    if (prepared.package !== undefined && (sealed === undefined || !('fields' in sealed))) return undefined;
    const fields = sealed !== undefined && 'fields' in sealed ? sealed.fields : undefined;
    return {
      findBy: addressesOf(fields, 'findBy') ?? Personal.of([]),
      values: addressesOf(fields, 'values'),
      replyAddress:
        reply !== undefined && 'fields' in reply
          ? (reply.fields as Personal<unknown> as Personal<KnownAddress>)
          : undefined,
    };
  }

  /** One stream per look, as every look at personal values. */
  private async recordLook(
    subjectId: string,
    addresses: readonly KnownAddress[],
    erasureId: string,
    recipientId: string,
    context: CommandContext,
  ): Promise<void> {
    const [first, ...others] = new Set(addresses.map(({ kind }) => kind as RevealableField));
    if (first === undefined) return;
    const accessId = allocatedId(context.commandId, `look ${erasureId} ${recipientId}`);
    const look: AccessEvent = {
      type: 'PersonalDataRevealed',
      data: { accessId, subjectId, fields: [first, ...others], reason: 'data-subject-request' },
    };
    const step = { stream: accessStream(accessId), context, number: 0, subjects: [subjectId] };
    await this.writer.record({ ...step, isNo: false, isUnconditional: true }, () => [look]);
  }
}

function addressesOf(
  fields: Personal<Readonly<Record<string, unknown>>> | undefined,
  member: 'findBy' | 'values',
): Personal<readonly KnownAddress[]> | undefined {
  const addresses = fields?.reveal()[member] as readonly KnownAddress[] | undefined;
  return addresses && Personal.of(addresses);
}
