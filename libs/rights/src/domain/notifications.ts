import type { Day } from '#kernel';
import type { RightsEvent } from '../contract.js';

type DataOf<T extends RightsEvent['type']> = Extract<RightsEvent, { type: T }>['data'];
export type Package = DataOf<'RecipientPackagePrepared'>;

const notificationTypes = [
  'RecipientPackagePrepared',
  'RecipientInformed',
  'RecipientAcknowledged',
  'RecipientFailed',
] as const;
export type NotificationEvent = Extract<RightsEvent, { type: (typeof notificationTypes)[number] }>;

/** One recipient that must be told of one erasure (Art. 19). */
export interface Notification {
  readonly prepared: Package;
  readonly informedAt?: string;
  readonly acknowledged?: DataOf<'RecipientAcknowledged'>;
  readonly failed?: DataOf<'RecipientFailed'>;
}

/** How far a recipient is: `late` has not answered by its due day, and may still. */
export type NotificationState = 'prepared' | 'informed' | 'acknowledged' | 'late' | 'failed';

/** Whether an event tells of recipients. */
export function isOfNotification(event: RightsEvent): event is NotificationEvent {
  return (notificationTypes as readonly string[]).includes(event.type);
}

/** Total over any order of events. */
export function evolveNotifications(
  known: readonly Notification[],
  event: NotificationEvent,
): readonly Notification[] {
  if (event.type === 'RecipientPackagePrepared') return [...known, { prepared: event.data }];
  return known.map((one) => (isAbout(one, event.data) ? changed(one, event) : one));
}

/** The recipient of an erasure. */
export function isAbout(
  { prepared }: Notification,
  { erasureId, recipientId }: { readonly erasureId: string; readonly recipientId: string },
): boolean {
  return prepared.erasureId === erasureId && prepared.recipientId === recipientId;
}

/** How far a recipient is. */
export function stateOfNotification({ informedAt, acknowledged, failed }: Notification): NotificationState {
  if (acknowledged !== undefined) return 'acknowledged';
  if (failed !== undefined) return failed.reason === 'no-answer-in-time' ? 'late' : 'failed';
  return informedAt === undefined ? 'prepared' : 'informed';
}

/** Whether nothing has to be kept for a recipient any more. */
export function isSettled({ acknowledged, failed }: Notification): boolean {
  return acknowledged !== undefined || failed !== undefined;
}

/** Whether the due day has passed without an answer. */
export function isOverdue(notification: Notification, today: Day): boolean {
  return !isSettled(notification) && notification.prepared.dueBy < today;
}

function changed(
  known: Notification,
  event: Exclude<NotificationEvent, { type: 'RecipientPackagePrepared' }>,
): Notification {
  switch (event.type) {
    case 'RecipientInformed':
      return { informedAt: event.data.informedAt, ...known };
    case 'RecipientAcknowledged':
      return { acknowledged: event.data, ...known };
    case 'RecipientFailed':
      return { failed: event.data, ...known };
  }
}
