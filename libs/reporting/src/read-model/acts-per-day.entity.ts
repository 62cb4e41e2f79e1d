import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How many acts of a type the ledger recorded on a day. */
@Entity({
  schema: 'rm_acts_per_day',
  name: 'count',
  comment: 'Acts recorded per day (Europe/Paris) and event type; exact, so for no analyst',
})
export class ActsPerDayRow {
  @PrimaryColumn({ type: 'date', comment: 'Day on which the ledger recorded them' })
  day!: string;
  @PrimaryColumn({ name: 'event_type', type: 'text', comment: 'Event type' })
  eventType!: string;
  @Column({ type: 'bigint', comment: 'How many' })
  acts!: string;
}
