import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { ConsentRequestRow } from './consent-request.entity.js';
import { RelationshipRow } from './relationship.entity.js';
import { SolicitationRow } from './solicitation.entity.js';

const schema = 'rm_contact_state';

/** A data subject without any personal value. */
@Entity({ schema, name: 'subject', comment: 'Data subjects by pseudonym; no personal values' })
export class SubjectRow {
  @PrimaryColumn({ name: 'subject_id', type: 'uuid', comment: 'Pseudonym of the data subject' })
  subjectId!: string;
  @Column({ type: 'text', nullable: true, comment: 'Consumer, professional …; null: not registered' })
  audience!: string | null;
  @Column({ type: 'text', nullable: true, comment: 'direct (Art. 13) or indirect (Art. 14)' })
  collection!: string | null;
  @Column({ name: 'source_kind', type: 'text', nullable: true, comment: 'Where the contact came from' })
  sourceKind!: string | null;
  @Column({
    name: 'registered_at',
    type: 'timestamptz',
    nullable: true,
    comment: 'When the contact was collected',
  })
  registeredAt!: Date | null;
  @Column({ name: 'erasure_id', type: 'uuid', nullable: true, comment: 'Newest erasure' })
  erasureId!: string | null;
  @Column({
    name: 'erasure_state',
    type: 'text',
    comment: 'none, ordered, started, unreadable, erased or completed',
  })
  erasureState!: string;
  @Column({ name: 'erasure_scopes', type: 'jsonb', comment: 'Scopes that the newest erasure takes' })
  erasureScopes!: readonly string[];
  @Column({ name: 'destroyed_scopes', type: 'jsonb', comment: 'Those of them whose keys are destroyed' })
  destroyedScopes!: readonly string[];
  @Column({ name: 'is_erased', type: 'boolean', comment: 'The identity is past the point of no return' })
  isErased!: boolean;
  @Column({ type: 'jsonb', comment: 'What the newest erasure retains: scope, rule, ground, end' })
  retained!: unknown;
  @Column({
    name: 'subject_revision',
    type: 'bigint',
    nullable: true,
    comment: 'Newest revision of the stream of the subject that is told here',
  })
  subjectRevision!: string | null;
  @Column({
    name: 'consent_revision',
    type: 'bigint',
    nullable: true,
    comment: 'Newest revision of the stream of consents that is told here',
  })
  consentRevision!: string | null;
  @Column({
    name: 'rights_revision',
    type: 'bigint',
    nullable: true,
    comment: 'Newest revision of the stream of rights that is told here',
  })
  rightsRevision!: string | null;
  @Column({
    name: 'relationship_revision',
    type: 'bigint',
    nullable: true,
    comment: 'Newest revision of the stream of relationship events that is told here',
  })
  relationshipRevision!: string | null;
  @Column({
    name: 'solicitation_revision',
    type: 'bigint',
    nullable: true,
    comment: 'Newest revision of the stream of contacts made that is told here',
  })
  solicitationRevision!: string | null;
  @Column({
    name: 'information_revision',
    type: 'bigint',
    nullable: true,
    comment: 'Newest revision of the stream of information given that is told here',
  })
  informationRevision!: string | null;
  @Column({
    type: 'jsonb',
    comment: 'When the person was first informed (Art. 13, 14), by data controller and article',
  })
  informed!: unknown;
}

/** A contact point by its id; its value is sealed elsewhere. */
@Entity({
  schema,
  name: 'contact_point',
  comment: 'Contact points by id; values are sealed in personal streams',
})
export class ContactPointRow {
  @PrimaryColumn({ name: 'subject_id', type: 'uuid', comment: 'Data subject' })
  subjectId!: string;
  @PrimaryColumn({ name: 'contact_point_id', type: 'uuid', comment: 'Contact point' })
  contactPointId!: string;
  @Column({ type: 'text', comment: 'email, phone, postal-address, external-id or name' })
  kind!: string;
  @Column({ type: 'text', nullable: true, comment: 'System of an external id' })
  system!: string | null;
  @Column({ type: 'text', comment: 'unknown, personal, professional or published-professional' })
  use!: string;
  @Column({ name: 'time_zone', type: 'text', nullable: true, comment: 'IANA zone; null: unknown' })
  timeZone!: string | null;
  @Column({ type: 'text', comment: 'active, replaced or removed' })
  state!: string;
  @Column({ type: 'timestamptz', comment: 'When it was added' })
  since!: Date;
  @Column({ type: 'timestamptz', nullable: true, comment: 'When it was replaced or removed' })
  until!: Date | null;
}

/** A consent as it was given and how it ended of itself; whether it stands follows from the "no"s beside it too. */
@Entity({ schema, name: 'consent', comment: 'Consents as given, one per subject, purpose, channel and act' })
@Index('consent_due', ['validUntil', 'subjectId', 'consentId'], { where: `"endings" = '[]'` })
@Index('consent_weak', ['subjectId', 'consentId'], { where: `"grade" <> 'strong' AND "endings" = '[]'` })
@Index('consent_notice', ['noticeId', 'subjectId', 'consentId'], { where: `"endings" = '[]'` })
export class ConsentRow {
  @PrimaryColumn({ name: 'subject_id', type: 'uuid', comment: 'Data subject' })
  subjectId!: string;
  @PrimaryColumn({ name: 'consent_id', type: 'uuid', comment: 'Consent' })
  consentId!: string;
  @Index()
  @Column({ name: 'purpose_id', type: 'uuid', comment: 'Purpose' })
  purposeId!: string;
  @Column({ type: 'text', comment: 'Channel' })
  channel!: string;
  @Column({ name: 'controller_id', type: 'uuid', comment: 'Data controller' })
  controllerId!: string;
  @Column({ name: 'contact_point_ids', type: 'jsonb', comment: 'Contact points it covers' })
  contactPointIds!: readonly string[];
  @Column({ name: 'given_at', type: 'timestamptz', comment: 'When it was given' })
  givenAt!: Date;
  @Column({ name: 'recorded_at', type: 'timestamptz', comment: 'When the ledger learned of it' })
  recordedAt!: Date;
  @Column({
    name: 'valid_until',
    type: 'timestamptz',
    nullable: true,
    comment: 'Stated end; null: none stated',
  })
  validUntil!: Date | null;
  @Column({ type: 'text', comment: 'Proof: strong, adequate, weak or undemonstrable' })
  grade!: string;
  @Column({ type: 'jsonb', comment: 'What the proof lacks' })
  missing!: readonly string[];
  @Column({ type: 'jsonb', comment: 'Form, notice and expression it rests on' })
  proof!: unknown;
  @Column({ name: 'source_kind', type: 'text', comment: 'Where it came from' })
  sourceKind!: string;
  @Column({ name: 'indicated_by', type: 'text', comment: 'Who expressed it' })
  indicatedBy!: string;
  @Column({ name: 'event_id', type: 'uuid', comment: 'Event that records it' })
  eventId!: string;
  @Column({ type: 'bigint', comment: 'Revision in the stream of consents' })
  revision!: string;
  @Column({ name: 'goods_nature', type: 'jsonb', comment: 'Natures of goods or services (R.223-1)' })
  goodsNature!: readonly string[];
  @Column({ name: 'named_recipient_ids', type: 'jsonb', comment: 'Recipients named to the person' })
  namedRecipientIds!: readonly string[];
  @Column({ name: 'accepted_slots', type: 'jsonb', comment: 'Slots accepted for being called (D.223-9)' })
  acceptedSlots!: unknown;
  @Column({ type: 'text', comment: 'not-asserted, adult, minor-15-or-over or under-15' })
  age!: string;
  @Column({ name: 'has_parental_consent', type: 'boolean', comment: 'A parent consented too (LIL Art. 45)' })
  hasParentalConsent!: boolean;
  @Column({ name: 'collector_id', type: 'uuid', nullable: true, comment: 'Third party that collected it' })
  collectorId!: string | null;
  @Column({ name: 'purpose_revision', type: 'bigint', comment: 'Revision of the purpose it rests on' })
  purposeRevision!: string;
  @Column({ name: 'notice_id', type: 'uuid', comment: 'Notice by which the person was informed' })
  noticeId!: string;
  @Column({ name: 'notice_version', type: 'integer', comment: 'Version of that notice' })
  noticeVersion!: number;
  @Column({ type: 'jsonb', comment: 'How it ended otherwise than by a "no": expired, revoked, invalidated' })
  endings!: unknown;
}

/** A "no": refusal, withdrawal or objection, on one question or on many. */
@Entity({
  schema,
  name: 'no',
  comment:
    'Refusals, withdrawals, objections and suppressed addresses; "all" and "unknown" cover every purpose',
})
export class NoRow {
  @PrimaryColumn({ name: 'subject_id', type: 'uuid', comment: 'Data subject' })
  subjectId!: string;
  @PrimaryColumn({ name: 'event_id', type: 'uuid', comment: 'Event that records it' })
  eventId!: string;
  @Column({ type: 'text', comment: 'refused, withdrawn, objected, objected-on-grounds or suppressed' })
  kind!: string;
  @Column({ name: 'purpose_id', type: 'text', comment: 'Purpose, "all" or "unknown"' })
  purposeId!: string;
  @Column({ type: 'text', comment: 'Channel or "all"' })
  channel!: string;
  @Column({
    name: 'controller_id',
    type: 'uuid',
    nullable: true,
    comment: 'Data controller; null: every one',
  })
  controllerId!: string | null;
  @Column({ type: 'timestamptz', comment: 'When it took effect' })
  at!: Date;
  @Column({ name: 'recorded_at', type: 'timestamptz', comment: 'When the ledger learned of it' })
  recordedAt!: Date;
  @Column({ name: 'source_kind', type: 'text', comment: 'Where it came from' })
  sourceKind!: string;
  @Column({ type: 'text', comment: 'Stream of the person in which it stands: consent or rights' })
  stream!: string;
  @Column({ type: 'bigint', comment: 'Revision in that stream' })
  revision!: string;
}

/** A restriction of processing (Art. 18). */
@Entity({ schema, name: 'restriction', comment: 'Restrictions of processing (Art. 18), standing and lifted' })
export class RestrictionRow {
  @PrimaryColumn({ name: 'subject_id', type: 'uuid', comment: 'Data subject' })
  subjectId!: string;
  @PrimaryColumn({ name: 'restriction_id', type: 'uuid', comment: 'Restriction' })
  restrictionId!: string;
  @Column({ type: 'text', nullable: true, comment: 'accuracy, unlawful, claims or objection' })
  ground!: string | null;
  @Column({ name: 'purpose_ids', type: 'jsonb', comment: '"all", or a list of purposes' })
  purposeIds!: unknown;
  @Column({ type: 'text', comment: 'standing, lift-notified or lifted' })
  state!: string;
  @Column({ type: 'timestamptz', nullable: true, comment: 'When it began' })
  since!: Date | null;
  @Column({ type: 'timestamptz', nullable: true, comment: 'When it was lifted' })
  until!: Date | null;
  @Column({ name: 'event_id', type: 'uuid', comment: 'Newest event that restricted' })
  eventId!: string;
  @Column({ type: 'bigint', comment: 'Its revision in the stream of rights' })
  revision!: string;
}

/** A relation between two pseudonyms as one of them sees it; never a merge. */
@Entity({ schema, name: 'link', comment: 'Relations between pseudonyms, one row for each of the two' })
export class LinkRow {
  @PrimaryColumn({ name: 'subject_id', type: 'uuid', comment: 'Data subject' })
  subjectId!: string;
  @PrimaryColumn({ name: 'other_subject_id', type: 'uuid', comment: 'The other data subject' })
  otherSubjectId!: string;
  @PrimaryColumn({ type: 'text', comment: 'Kind of relation' })
  relation!: string;
  @PrimaryColumn({ type: 'text', comment: 'to: this subject names it; from: the other subject does' })
  direction!: string;
  @Column({ type: 'timestamptz', nullable: true, comment: 'Since when' })
  since!: Date | null;
  @Column({ type: 'timestamptz', nullable: true, comment: 'When it ended; null: it stands' })
  until!: Date | null;
}

export const contactStateEntities = [
  SubjectRow,
  ContactPointRow,
  ConsentRow,
  NoRow,
  RestrictionRow,
  LinkRow,
  RelationshipRow,
  SolicitationRow,
  ConsentRequestRow,
];
