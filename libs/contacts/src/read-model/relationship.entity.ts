import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What happened between a person and a data controller. */
@Entity({
  schema: 'rm_contact_state',
  name: 'relationship',
  comment:
    'Sales, contracts and accounts, one row each; of quotes, inbound contacts, logins and clicks the newest',
})
export class RelationshipRow {
  @PrimaryColumn({ name: 'subject_id', type: 'uuid', comment: 'Data subject' })
  subjectId!: string;
  @PrimaryColumn({
    type: 'text',
    comment: 'The event, or data controller and kind where only the newest is kept',
  })
  slot!: string;
  @Column({ name: 'event_id', type: 'uuid', comment: 'Event that records it' })
  eventId!: string;
  @Column({ type: 'bigint', comment: 'Revision in the stream of relationship events' })
  revision!: string;
  @Column({ name: 'controller_id', type: 'uuid', comment: 'Data controller' })
  controllerId!: string;
  @Column({ type: 'text', comment: 'sale, account-opened, contract-started, login …' })
  kind!: string;
  @Column({ name: 'product_categories', type: 'jsonb', comment: 'Categories of products or services' })
  productCategories!: readonly string[];
  @Column({ name: 'contract_id', type: 'uuid', nullable: true, comment: 'Contract that starts or ends' })
  contractId!: string | null;
  @Column({
    name: 'contact_collection',
    type: 'jsonb',
    nullable: true,
    comment: 'How contact details were collected then; null: not told',
  })
  contactCollection!: unknown;
  @Column({ type: 'timestamptz', comment: 'When it happened' })
  at!: Date;
  @Column({ name: 'recorded_at', type: 'timestamptz', comment: 'When the ledger learned of it' })
  recordedAt!: Date;
}
