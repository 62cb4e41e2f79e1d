import type { LedgerEvent } from '#event-store';
import type { Projection, Row, RowChange } from '#runtime';
import type { RecipientEvent } from '../domain/recipient.decider.js';
import { RecipientEntity } from './recipient.entity.js';

type Placed = LedgerEvent & RecipientEvent;

/** Who receives personal data, as it stands now. */
export const recipientProjection: Projection = {
  name: 'recipients',
  version: 1,
  entities: [RecipientEntity],
  sharding: 'unsharded',
  handles: ['RecipientDeclared', 'RecipientRevised', 'RecipientRetired'],
  project: (event) => [recipientChange(event as Placed)],
};

function recipientChange(event: Placed): RowChange {
  return {
    entity: RecipientEntity,
    key: { recipient_id: event.data.recipientId },
    evolve: (row) => changed(row, event),
  };
}

/** A description that happened earlier than what stands changes nothing but the revision. */
function changed(row: Row | undefined, { type, data, revision }: Placed): Row | undefined {
  if (type === 'RecipientRetired')
    return row && { ...row, retired_at: data.occurredAt, retirement: data.reason, revision };
  const { occurredAt, ...recipient } = data;
  const stands = { legal_name: recipient.legalName, data: recipient, described_at: occurredAt, revision };
  if (row === undefined) return { ...stands, retired_at: null, retirement: null };
  return occurredAt < String(row['described_at']) ? { ...row, revision } : { ...row, ...stands };
}
