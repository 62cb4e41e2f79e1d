import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const schema = 'rm_access_log';

/** One look at personal data: a look-up by addresses, in the archive or not, or values revealed. */
@Entity({ schema, name: 'look', comment: 'Who looked at whom, why and when (Art. 5(2)); no personal values' })
@Index('look_by_time', ['recordedAt', 'position'])
@Index('look_by_actor', ['actorRef', 'recordedAt', 'position'])
export class LookRow {
  @PrimaryColumn({ type: 'text', comment: 'Place in the ledger, ordered as text' })
  position!: string;
  @Column({ name: 'event_id', type: 'uuid', comment: 'Event' })
  eventId!: string;
  @Column({ type: 'text', comment: 'Stream in which it stands' })
  stream!: string;
  @Column({ name: 'recorded_at', type: 'timestamptz', comment: 'When the ledger recorded it' })
  recordedAt!: Date;
  @Column({ name: 'actor_kind', type: 'text', comment: 'subject, operator, service or system' })
  actorKind!: string;
  @Column({ name: 'actor_ref', type: 'uuid', comment: 'Pseudonym of who looked' })
  actorRef!: string;
  @Column({ type: 'text', comment: 'look-up, archive-look-up or reveal' })
  kind!: string;
  @Column({ type: 'jsonb', comment: 'Kinds of contact point that were looked for or read' })
  fields!: readonly string[];
  @Column({
    type: 'text',
    nullable: true,
    comment: 'Stated reason of a reveal or of a look into the archive',
  })
  reason!: string | null;
  @Column({ name: 'request_id', type: 'uuid', nullable: true, comment: 'Request that it served' })
  requestId!: string | null;
  @Column({ type: 'integer', comment: 'Values looked for; 1 for a reveal' })
  items!: number;
}

/** A data subject whom a look found or showed. */
@Entity({ schema, name: 'looked_at', comment: 'Data subjects whom a look found or showed' })
@Index('looked_at_by_time', ['subjectId', 'recordedAt', 'position'])
@Index('looked_at_by_look', ['position'])
export class LookedAtRow {
  @PrimaryColumn({ name: 'subject_id', type: 'uuid', comment: 'Data subject' })
  subjectId!: string;
  @PrimaryColumn({ type: 'text', comment: 'The look' })
  position!: string;
  @Column({ name: 'recorded_at', type: 'timestamptz', comment: 'When the ledger recorded it' })
  recordedAt!: Date;
}
