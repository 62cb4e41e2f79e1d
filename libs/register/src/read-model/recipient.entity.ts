import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { RecipientData } from '../contract.js';

/** A recipient as it is described now. */
@Entity({
  schema: 'rm_recipients',
  name: 'recipient',
  comment: 'Recipients of personal data (GDPR Art. 4(9)) as described now.',
})
@Index('recipient_by_name', ['legalName', 'recipientId'])
export class RecipientEntity {
  @PrimaryColumn({ name: 'recipient_id', type: 'uuid', comment: 'Id of the recipient.' })
  recipientId!: string;

  @Column({ name: 'legal_name', type: 'text', comment: 'Name of the legal person.' })
  legalName!: string;

  @Column({ name: 'data', type: 'jsonb', comment: 'The whole description.' })
  data!: RecipientData;

  @Column({
    name: 'described_at',
    type: 'timestamptz',
    comment: 'From when on the description stands.',
  })
  describedAt!: Date;

  @Column({
    name: 'retired_at',
    type: 'timestamptz',
    nullable: true,
    comment: 'Since when nothing is disclosed to it.',
  })
  retiredAt!: Date | null;

  @Column({ name: 'retirement', type: 'text', nullable: true, comment: 'Why that ended.' })
  retirement!: string | null;

  @Column({ name: 'revision', type: 'bigint', comment: 'Revision of the stream: what If-Match must name.' })
  revision!: string;
}
