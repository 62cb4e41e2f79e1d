import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One event in the timeline of one person; an event about several stands in the timeline of each. */
@Entity({
  schema: 'rm_timeline',
  name: 'entry',
  comment: 'What happened to each data subject, in the order of the ledger; no personal values',
})
export class TimelineRow {
  @PrimaryColumn({ name: 'subject_id', type: 'uuid', comment: 'Data subject' })
  subjectId!: string;
  @PrimaryColumn({ type: 'text', comment: 'Place in the ledger, ordered as text' })
  position!: string;
  @Column({ name: 'event_id', type: 'uuid', comment: 'Event' })
  eventId!: string;
  @Column({ type: 'text', comment: 'Event type' })
  type!: string;
  @Column({ type: 'text', comment: 'Stream in which it stands' })
  stream!: string;
  @Column({ type: 'bigint', comment: 'Revision in that stream' })
  revision!: string;
  @Column({ name: 'occurred_at', type: 'timestamptz', comment: 'When it happened, as claimed' })
  occurredAt!: Date;
  @Column({ name: 'recorded_at', type: 'timestamptz', comment: 'When the ledger recorded it' })
  recordedAt!: Date;
  @Column({ name: 'actor_kind', type: 'text', comment: 'subject, operator, service or system' })
  actorKind!: string;
  @Column({ name: 'actor_ref', type: 'uuid', comment: 'Pseudonym of who acted' })
  actorRef!: string;
  @Column({ type: 'jsonb', comment: 'The facts of the event; pseudonyms, codes, dates and hashes' })
  data!: unknown;
}
