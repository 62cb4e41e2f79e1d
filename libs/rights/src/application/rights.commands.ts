import { handlersFor, LedgerCommand, type MessageOf } from '#runtime';
import { rightsStream } from '../contract.js';
import type {
  AcknowledgePurge,
  LiftRestriction,
  NotifyRestrictionLift,
  OrderErasure,
  PrepareSuppression,
  RaiseObjection,
  RecordKeyDestruction,
  RestrictProcessing,
  RightsCommand,
  StartKeyDestruction,
} from '../domain/rights.commands.js';
import { rightsDecider } from '../domain/rights.decider.js';

export class RaiseObjectionCommand extends LedgerCommand<RaiseObjection> {}
export class RestrictProcessingCommand extends LedgerCommand<RestrictProcessing> {}
export class NotifyRestrictionLiftCommand extends LedgerCommand<NotifyRestrictionLift> {}
export class LiftRestrictionCommand extends LedgerCommand<LiftRestriction> {}
export class OrderErasureCommand extends LedgerCommand<OrderErasure> {}
export class PrepareSuppressionCommand extends LedgerCommand<PrepareSuppression> {}
export class StartKeyDestructionCommand extends LedgerCommand<StartKeyDestruction> {}
export class RecordKeyDestructionCommand extends LedgerCommand<RecordKeyDestruction> {}
export class AcknowledgePurgeCommand extends LedgerCommand<AcknowledgePurge> {}

/** All handlers of `rights-<subject>`; an objection is a "no" and never lost. */
export const rightsHandlers = handlersFor(
  rightsDecider,
  (command) => rightsStream(subjectIdOf(command)),
  {
    RaiseObjection: RaiseObjectionCommand,
    RestrictProcessing: RestrictProcessingCommand,
    NotifyRestrictionLift: NotifyRestrictionLiftCommand,
    LiftRestriction: LiftRestrictionCommand,
    OrderErasure: OrderErasureCommand,
    PrepareSuppression: PrepareSuppressionCommand,
    StartKeyDestruction: StartKeyDestructionCommand,
    RecordKeyDestruction: RecordKeyDestructionCommand,
    AcknowledgePurge: AcknowledgePurgeCommand,
  },
  { no: ['RaiseObjection'] },
);

function subjectIdOf(command: MessageOf<RightsCommand>): string {
  return command.type === 'OrderErasure' ? command.data.order.subjectId : command.data.subjectId;
}
