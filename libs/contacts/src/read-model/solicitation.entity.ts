import { Column, Entity, PrimaryColumn } from 'typeorm';

const schema = 'rm_contact_state';

/** A contact with a person: reserved, given back or made. */
@Entity({ schema, name: 'solicitation', comment: 'Contacts reserved and made, one row per attempt' })
export class SolicitationRow {
  @PrimaryColumn({ name: 'subject_id', type: 'uuid', comment: 'Data subject' })
  subjectId!: string;
  @PrimaryColumn({ name: 'attempt_id', type: 'uuid', comment: 'Attempt, as its sender names it' })
  attemptId!: string;
  @Column({ name: 'controller_id', type: 'uuid', comment: 'Data controller on whose account it counts' })
  controllerId!: string;
  @Column({ name: 'purpose_id', type: 'text', comment: 'Purpose, or "unknown"' })
  purposeId!: string;
  @Column({ type: 'text', comment: 'Channel' })
  channel!: string;
  @Column({ type: 'text', comment: 'reserved, released or made' })
  state!: string;
  @Column({ type: 'text', nullable: true, comment: 'How it ended; null: not made' })
  outcome!: string | null;
  @Column({ type: 'timestamptz', comment: 'When it was made, or reserved' })
  at!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true, comment: 'End of the reservation' })
  expiresAt!: Date | null;
  @Column({ name: 'recorded_at', type: 'timestamptz', comment: 'When the ledger learned of it' })
  recordedAt!: Date;
  @Column({ name: 'event_id', type: 'uuid', comment: 'Event that told it last' })
  eventId!: string;
  @Column({ type: 'bigint', comment: 'Revision in the stream of contacts made' })
  revision!: string;
}
