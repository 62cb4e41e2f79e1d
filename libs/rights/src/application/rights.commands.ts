import { handlersFor, LedgerCommand, type MessageOf } from '#runtime';
import { rightsStream } from '../contract.js';
import type {
  AcknowledgePurge,
  AcknowledgeRecipient,
  ClosePersonalStream,
  CompleteErasure,
  EndNotification,
  FailRecipient,
  InformRecipient,
  LiftRestriction,
  MatchSuppressions,
  NotifyRestrictionLift,
  OrderErasure,
  OrderValueErasure,
  PrepareRecipients,
  PrepareSuppression,
  RaiseObjection,
  RecordKeyDestruction,
  RecordStreamsPurged,
  RestrictProcessing,
  RightsCommand,
  StartKeyDestruction,
} from '../domain/rights.commands.js';
import { rightsDecider } from '../domain/rights.decider.js';

export class RaiseObjectionCommand extends LedgerCommand<RaiseObjection> {}
export class MatchSuppressionsCommand extends LedgerCommand<MatchSuppressions> {}
export class RestrictProcessingCommand extends LedgerCommand<RestrictProcessing> {}
export class NotifyRestrictionLiftCommand extends LedgerCommand<NotifyRestrictionLift> {}
export class LiftRestrictionCommand extends LedgerCommand<LiftRestriction> {}
export class OrderErasureCommand extends LedgerCommand<OrderErasure> {}
export class OrderValueErasureCommand extends LedgerCommand<OrderValueErasure> {}
export class PrepareSuppressionCommand extends LedgerCommand<PrepareSuppression> {}
export class StartKeyDestructionCommand extends LedgerCommand<StartKeyDestruction> {}
export class RecordKeyDestructionCommand extends LedgerCommand<RecordKeyDestruction> {}
export class AcknowledgePurgeCommand extends LedgerCommand<AcknowledgePurge> {}
export class ClosePersonalStreamCommand extends LedgerCommand<ClosePersonalStream> {}
export class RecordStreamsPurgedCommand extends LedgerCommand<RecordStreamsPurged> {}
export class CompleteErasureCommand extends LedgerCommand<CompleteErasure> {}
export class PrepareRecipientsCommand extends LedgerCommand<PrepareRecipients> {}
export class InformRecipientCommand extends LedgerCommand<InformRecipient> {}
export class AcknowledgeRecipientCommand extends LedgerCommand<AcknowledgeRecipient> {}
export class FailRecipientCommand extends LedgerCommand<FailRecipient> {}
export class EndNotificationCommand extends LedgerCommand<EndNotification> {}

/** All handlers of `rights-<subject>`; an objection is a "no" and never lost, nor is what the suppression list says. */
export const rightsHandlers = handlersFor(
  rightsDecider,
  (command) => rightsStream(subjectIdOf(command)),
  {
    RaiseObjection: RaiseObjectionCommand,
    MatchSuppressions: MatchSuppressionsCommand,
    RestrictProcessing: RestrictProcessingCommand,
    NotifyRestrictionLift: NotifyRestrictionLiftCommand,
    LiftRestriction: LiftRestrictionCommand,
    OrderErasure: OrderErasureCommand,
    OrderValueErasure: OrderValueErasureCommand,
    PrepareSuppression: PrepareSuppressionCommand,
    StartKeyDestruction: StartKeyDestructionCommand,
    RecordKeyDestruction: RecordKeyDestructionCommand,
    AcknowledgePurge: AcknowledgePurgeCommand,
    ClosePersonalStream: ClosePersonalStreamCommand,
    RecordStreamsPurged: RecordStreamsPurgedCommand,
    CompleteErasure: CompleteErasureCommand,
    PrepareRecipients: PrepareRecipientsCommand,
    InformRecipient: InformRecipientCommand,
    AcknowledgeRecipient: AcknowledgeRecipientCommand,
    FailRecipient: FailRecipientCommand,
    EndNotification: EndNotificationCommand,
  },
  { no: ['RaiseObjection', 'MatchSuppressions'] },
);

function subjectIdOf(command: MessageOf<RightsCommand>): string {
  if (command.type === 'OrderErasure' || command.type === 'OrderValueErasure')
    return command.data.order.subjectId;
  return command.type === 'CompleteErasure' ? command.data.completed.subjectId : command.data.subjectId;
}
