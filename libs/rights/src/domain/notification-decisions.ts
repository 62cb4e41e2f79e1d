import { Rejection } from '#kernel';
import type { RightsEvent } from '../contract.js';
import { isAbout, isSettled, type Notification } from './notifications.js';
import type {
  AcknowledgeRecipient,
  EndNotification,
  FailRecipient,
  InformRecipient,
  PrepareRecipients,
  RightsCommand,
} from './rights.commands.js';
import { destructionOf, erasureOf, type RightsState } from './rights-state.js';
import { valueErasureOf } from './value-erasure-decisions.js';

/** What concerns the recipients of an erasure. */
export type NotificationCommand =
  PrepareRecipients | InformRecipient | AcknowledgeRecipient | FailRecipient | EndNotification;

const types: readonly RightsCommand['type'][] = [
  'PrepareRecipients',
  'InformRecipient',
  'AcknowledgeRecipient',
  'FailRecipient',
  'EndNotification',
];

/** Whether a command concerns the recipients of an erasure. */
export function isNotification(command: RightsCommand): command is NotificationCommand {
  return types.includes(command.type);
}

/** Each recipient of each erasure is told once. Rejects: `erasure-unknown`, `recipient-unknown`, `occurred-in-the-future`. */
export function decideNotification(command: NotificationCommand, state: RightsState): readonly RightsEvent[] {
  switch (command.type) {
    case 'PrepareRecipients':
      return prepareRecipients(command, state);
    case 'InformRecipient': {
      const { informedAt } = known(command.data, state);
      return informedAt === undefined ? [{ type: 'RecipientInformed', data: command.data }] : [];
    }
    case 'AcknowledgeRecipient':
      return acknowledgeRecipient(command, state);
    case 'FailRecipient':
      return isSettled(known(command.data, state)) ? [] : [{ type: 'RecipientFailed', data: command.data }];
    case 'EndNotification':
      return endNotification(command, state);
  }
}

function prepareRecipients({ data }: PrepareRecipients, state: RightsState): readonly RightsEvent[] {
  const order = erasureOf(state, data.erasureId) ?? valueErasureOf(state, data.erasureId);
  if (order === undefined) throw new Rejection('erasure-unknown');
  if (destructionOf(state, data.erasureId) !== undefined)
    throw new Error('What recipients need is sealed before the keys die');
  return data.packages
    .filter((prepared) => !state.notifications.some((one) => isAbout(one, prepared)))
    .map((prepared) => ({ type: 'RecipientPackagePrepared', data: prepared }));
}

/** Also after it was late: what it did then is what counts. */
function acknowledgeRecipient(
  { data, metadata }: AcknowledgeRecipient,
  state: RightsState,
): readonly RightsEvent[] {
  if (data.acknowledgedAt > metadata.now)
    throw new Rejection('occurred-in-the-future', undefined, '/acknowledgedAt');
  return known(data, state).acknowledged === undefined ? [{ type: 'RecipientAcknowledged', data }] : [];
}

/** Nothing is kept for recipients any more once each of them, of every erasure, has answered or failed. */
function endNotification({ data }: EndNotification, state: RightsState): readonly RightsEvent[] {
  if (!state.notifications.every(isSettled)) return [];
  const isEnded = destructionOf(state, data.erasureId)?.scopes.includes('notification') === true;
  return isEnded ? [] : [{ type: 'KeyDestructionStarted', data }];
}

function known(data: Parameters<typeof isAbout>[1], state: RightsState): Notification {
  const notification = state.notifications.find((one) => isAbout(one, data));
  if (notification === undefined) throw new Rejection('recipient-unknown');
  return notification;
}
