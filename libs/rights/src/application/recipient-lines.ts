import { defined } from '#kernel';
import { stateOfNotification } from '../domain/notifications.js';
import type { RightsState } from '../domain/rights-state.js';

/** The recipients of an erasure and how far each of them is, as the erasure and its certificate tell it (Art. 19). */
export function recipientLines({ notifications }: RightsState, erasureId: string) {
  return notifications
    .filter(({ prepared }) => prepared.erasureId === erasureId)
    .map((notification) => {
      const { prepared, informedAt, acknowledged, failed } = notification;
      return defined({
        recipientId: prepared.recipientId,
        state: stateOfNotification(notification),
        howTold: prepared.howTold,
        dueBy: prepared.dueBy,
        informedAt,
        acknowledgedAt: acknowledged?.acknowledgedAt,
        outcome: acknowledged?.outcome,
        failedAt: failed?.failedAt,
        failure: failed?.reason,
      });
    });
}
