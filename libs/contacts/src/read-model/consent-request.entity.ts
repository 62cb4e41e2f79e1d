import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

const schema = 'rm_contact_state';

/** A request for consent; whether it is open follows from its answer and its end. */
@Entity({ schema, name: 'consent_request', comment: 'Requests for consent, one row each, answered or not' })
@Index('request_open', ['expiresAt', 'subjectId', 'requestId'], { where: `"answered_at" IS NULL` })
export class ConsentRequestRow {
  @PrimaryColumn({ name: 'subject_id', type: 'uuid', comment: 'Data subject' })
  subjectId!: string;
  @PrimaryColumn({ name: 'request_id', type: 'uuid', comment: 'Request' })
  requestId!: string;
  @Column({ name: 'controller_id', type: 'uuid', comment: 'Data controller who asks' })
  controllerId!: string;
  @Column({ type: 'jsonb', comment: 'Purposes and channels that are asked' })
  asks!: unknown;
  @Column({ name: 'contact_point_id', type: 'uuid', comment: 'Address to which the link is sent' })
  contactPointId!: string;
  @Column({ name: 'form_id', type: 'uuid', comment: 'Collection form whose words are put' })
  formId!: string;
  @Column({ name: 'form_version', type: 'integer', comment: 'Its version' })
  formVersion!: number;
  @Column({ type: 'text', comment: 'Why the person is asked' })
  reason!: string;
  @Column({ name: 'requested_at', type: 'timestamptz', comment: 'When the person was asked' })
  requestedAt!: Date;
  @Column({ name: 'expires_at', type: 'timestamptz', comment: 'When the request lapses' })
  expiresAt!: Date;
  @Column({
    name: 'answered_at',
    type: 'timestamptz',
    nullable: true,
    comment: 'When it was answered; null: it was not',
  })
  answeredAt!: Date | null;
  @Column({ type: 'jsonb', comment: 'Earlier requests in whose place it stands' })
  supersedes!: readonly string[];
  @Column({ name: 'event_id', type: 'uuid', comment: 'Event that asks' })
  eventId!: string;
}
