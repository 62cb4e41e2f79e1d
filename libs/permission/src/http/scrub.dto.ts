import { channels, type Channel } from '#kernel';
import { BoolField, EnumField, InstantField, IntField, Sha256Field, SlugField, UuidField } from '#http';
import { messageNatures, type Message } from '../domain/gate/question.js';

/** What is asked of every row of a campaign file. */
export class ScrubQuery {
  @UuidField({ example: '0f3a7f0e-3a33-4d43-8f0f-5b7a1f6f2d22' })
  purposeId!: string;

  @EnumField(channels, { example: 'email' })
  channel!: Channel;

  @UuidField({ optional: true, description: 'Absent: the data controller of the purpose.' })
  controllerId?: string;

  @EnumField(messageNatures, {
    optional: true,
    description: 'Absent: of service where the purpose is declared as such, else prospecting.',
  })
  messageNature?: NonNullable<Message['nature']>;

  @SlugField({ optional: true, description: 'Nature of the goods or services (C. conso. R.223-1).' })
  goodsNature?: string;

  @SlugField({ optional: true, description: 'Category of the product.' })
  productCategory?: string;

  @BoolField({ optional: true, description: 'The subject is related to the profession of who is addressed.' })
  relatedToProfession?: boolean;

  @InstantField({ optional: true, description: 'The instant that is judged; now if absent.' })
  at?: string;
}

const MANY = { min: 0, max: Number.MAX_SAFE_INTEGER } as const;

/** A scrub as it stands in the ledger: it names nobody. */
export class ScrubDto {
  @UuidField()
  scrubId!: string;

  @UuidField()
  purposeId!: string;

  @EnumField(channels)
  channel!: Channel;

  @UuidField({ optional: true })
  controllerId?: string;

  @SlugField({ example: 'fr-2026-11-21' })
  policyVersion!: string;

  @IntField({ ...MANY, description: 'Rows of data.' })
  rows!: number;

  @IntField(MANY)
  permitted!: number;

  @IntField(MANY)
  refused!: number;

  @IntField({ ...MANY, description: 'Rows that could not be read: not permitted either.' })
  unreadable!: number;

  @Sha256Field({
    description: 'Merkle root (RFC 6962) over the salted hashes of the rows; see “Scrub a campaign file”.',
  })
  root!: string;

  @InstantField({ description: 'The instant that was judged.' })
  at!: string;

  @InstantField()
  startedAt!: string;

  @InstantField({ description: 'When the last row was answered.' })
  occurredAt!: string;

  @InstantField({ description: 'When the ledger recorded it.' })
  recordedAt!: string;

  @UuidField({ description: 'The event that records it.' })
  eventId!: string;
}
