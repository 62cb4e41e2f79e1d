import { handlersFor, LedgerCommand } from '#runtime';
import {
  activityStream,
  controllerStream,
  formStream,
  noticeStream,
  purposeStream,
  recipientStream,
} from '../contract.js';
import {
  activityDecider,
  type RecordProcessingActivity,
  type RetireProcessingActivity,
  type ReviseProcessingActivity,
} from '../domain/activity.decider.js';
import {
  controllerDecider,
  type DeclareDataController,
  type ReviseDataController,
} from '../domain/controller.decider.js';
import {
  formDecider,
  type PublishCollectionForm,
  type RetireCollectionForm,
} from '../domain/form.decider.js';
import { noticeDecider, type PublishNotice } from '../domain/notice.decider.js';
import {
  purposeDecider,
  type DeclarePurpose,
  type RetirePurpose,
  type RevisePurpose,
} from '../domain/purpose.decider.js';
import {
  recipientDecider,
  type DeclareRecipient,
  type RetireRecipient,
  type ReviseRecipient,
} from '../domain/recipient.decider.js';
import { atRevision } from './at-revision.js';

export class DeclareDataControllerCommand extends LedgerCommand<DeclareDataController> {}
export class ReviseDataControllerCommand extends LedgerCommand<ReviseDataController> {}
export class DeclarePurposeCommand extends LedgerCommand<DeclarePurpose> {}
export class RevisePurposeCommand extends LedgerCommand<RevisePurpose> {}
export class RetirePurposeCommand extends LedgerCommand<RetirePurpose> {}
export class PublishNoticeCommand extends LedgerCommand<PublishNotice> {}
export class PublishCollectionFormCommand extends LedgerCommand<PublishCollectionForm> {}
export class RetireCollectionFormCommand extends LedgerCommand<RetireCollectionForm> {}
export class RecordProcessingActivityCommand extends LedgerCommand<RecordProcessingActivity> {}
export class ReviseProcessingActivityCommand extends LedgerCommand<ReviseProcessingActivity> {}
export class RetireProcessingActivityCommand extends LedgerCommand<RetireProcessingActivity> {}
export class DeclareRecipientCommand extends LedgerCommand<DeclareRecipient> {}
export class ReviseRecipientCommand extends LedgerCommand<ReviseRecipient> {}
export class RetireRecipientCommand extends LedgerCommand<RetireRecipient> {}

/** All handlers of the register's streams. */
export const registerHandlers = [
  ...handlersFor(
    atRevision(controllerDecider),
    ({ data }) => controllerStream(data.controller.controllerId),
    {
      DeclareDataController: DeclareDataControllerCommand,
      ReviseDataController: ReviseDataControllerCommand,
    },
  ),
  ...handlersFor(
    atRevision(purposeDecider),
    ({ data }) => purposeStream('purpose' in data ? data.purpose.purposeId : data.purposeId),
    {
      DeclarePurpose: DeclarePurposeCommand,
      RevisePurpose: RevisePurposeCommand,
      RetirePurpose: RetirePurposeCommand,
    },
  ),
  ...handlersFor(noticeDecider, ({ data }) => noticeStream(data.noticeId), {
    PublishNotice: PublishNoticeCommand,
  }),
  ...handlersFor(formDecider, ({ data }) => formStream('form' in data ? data.form.formId : data.formId), {
    PublishCollectionForm: PublishCollectionFormCommand,
    RetireCollectionForm: RetireCollectionFormCommand,
  }),
  ...handlersFor(
    atRevision(activityDecider),
    ({ data }) => activityStream('activity' in data ? data.activity.activityId : data.activityId),
    {
      RecordProcessingActivity: RecordProcessingActivityCommand,
      ReviseProcessingActivity: ReviseProcessingActivityCommand,
      RetireProcessingActivity: RetireProcessingActivityCommand,
    },
  ),
  ...handlersFor(
    atRevision(recipientDecider),
    ({ data }) => recipientStream('recipient' in data ? data.recipient.recipientId : data.recipientId),
    {
      DeclareRecipient: DeclareRecipientCommand,
      ReviseRecipient: ReviseRecipientCommand,
      RetireRecipient: RetireRecipientCommand,
    },
  ),
];
