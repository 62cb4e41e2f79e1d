import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Whom the organisation owes information because their data came from somebody else (Art. 14), and since when. */
@Entity({
  schema: 'rm_information',
  name: 'duty',
  comment:
    'Art. 14: people whose data came from somebody else, by when they must be informed, and when they were',
})
@Index('duty_by_day', ['dueAt', 'subjectId'], { where: 'is_open' })
export class InformationDutyRow {
  @PrimaryColumn({ name: 'subject_id', type: 'uuid', comment: 'Data subject' })
  subjectId!: string;
  @Column({ type: 'text', nullable: true, comment: 'direct or indirect; null: not registered yet' })
  collection!: string | null;
  @Column({ name: 'source_kind', type: 'text', nullable: true, comment: 'Where the data came from' })
  sourceKind!: string | null;
  @Column({ name: 'collected_at', type: 'timestamptz', nullable: true, comment: 'When they were collected' })
  collectedAt!: Date | null;
  @Column({
    name: 'first_contact_at',
    type: 'timestamptz',
    nullable: true,
    comment: 'First message or call, by which the information is due at the latest (Art. 14(3)(b))',
  })
  firstContactAt!: Date | null;
  @Column({
    name: 'informed_at',
    type: 'timestamptz',
    nullable: true,
    comment: 'First information by Art. 14',
  })
  informedAt!: Date | null;
  @Column({ name: 'due_at', type: 'timestamptz', nullable: true, comment: 'One month, or the first contact' })
  dueAt!: Date | null;
  @Column({ name: 'is_erased', type: 'boolean', comment: 'The identity is past the point of no return' })
  isErased!: boolean;
  @Column({ name: 'is_open', type: 'boolean', comment: 'The person must still be informed' })
  isOpen!: boolean;
}
