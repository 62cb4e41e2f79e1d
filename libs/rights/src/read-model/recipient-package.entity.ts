import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A recipient that must be told of an erasure. */
@Entity({
  schema: 'rm_recipient_packages',
  name: 'package',
  comment: 'Who must be told of which erasure (GDPR Art. 19), and how far that is. No personal value.',
})
@Index('package_by_recipient', ['recipientId', 'dueBy', 'erasureId'])
export class RecipientPackageRow {
  @PrimaryColumn({ name: 'subject_id', type: 'uuid', comment: 'The person who was erased.' })
  subjectId!: string;

  @PrimaryColumn({ name: 'erasure_id', type: 'uuid', comment: 'The erasure.' })
  erasureId!: string;

  @PrimaryColumn({ name: 'recipient_id', type: 'uuid', comment: 'Who must be told.' })
  recipientId!: string;

  @Column({ name: 'due_by', type: 'date', comment: 'Day by which it must answer.' })
  dueBy!: string;

  @Column({ name: 'is_settled', type: 'boolean', comment: 'It has answered, or counts as not told.' })
  isSettled!: boolean;
}
