import type { LedgerEvent } from '#event-store';
import type { Projection, RowChange } from '#runtime';
import type { NotificationEvent } from '../domain/notifications.js';
import { RecipientPackageRow } from './recipient-package.entity.js';

/** Who must be told of which erasure, by recipient. */
export const recipientPackageProjection: Projection = {
  name: 'recipient-packages',
  version: 1,
  entities: [RecipientPackageRow],
  sharding: 'by-subject',
  handles: ['RecipientPackagePrepared', 'RecipientAcknowledged', 'RecipientFailed'],
  project: (event) => [packageChange(event as LedgerEvent & NotificationEvent)],
};

function packageChange(event: LedgerEvent & NotificationEvent): RowChange {
  const { subjectId, erasureId, recipientId } = event.data;
  return {
    entity: RecipientPackageRow,
    key: { subject_id: subjectId, erasure_id: erasureId, recipient_id: recipientId },
    evolve: (row) =>
      event.type === 'RecipientPackagePrepared'
        ? { due_by: event.data.dueBy, is_settled: false }
        : row && { ...row, is_settled: true },
  };
}

/** The read models of this context. */
export const rightsProjections: readonly Projection[] = [recipientPackageProjection];
