import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type {
  CollectionFormVersion,
  ControllerData,
  ProcessingActivityData,
  PurposeData,
} from '../contract.js';
import type { PublishedNotice } from '../domain/notice.decider.js';

const schema = 'rm_register';
const REVISION = 'Revision of the stream: what If-Match must name.';
const DESCRIBED = 'From when on the description stands.';

/** A data controller as it is described now. */
@Entity({ schema, name: 'controller', comment: 'Data controllers (GDPR Art. 4(7)) as described now.' })
@Index('controller_by_name', ['legalName', 'controllerId'])
export class ControllerEntity {
  @PrimaryColumn({ name: 'controller_id', type: 'uuid', comment: 'Id of the data controller.' })
  controllerId!: string;

  @Column({ name: 'legal_name', type: 'text', comment: 'Name of the legal person.' })
  legalName!: string;

  @Column({ name: 'data', type: 'jsonb', comment: 'The whole description.' })
  data!: ControllerData;

  @Column({ name: 'described_at', type: 'timestamptz', comment: DESCRIBED })
  describedAt!: Date;

  @Column({ name: 'revision', type: 'bigint', comment: REVISION })
  revision!: string;
}

/** A purpose as it is described now. */
@Entity({ schema, name: 'purpose', comment: 'Purposes (GDPR Art. 5(1)(b)) as described now.' })
@Index('purpose_by_code', ['code'], { unique: true })
export class PurposeEntity {
  @PrimaryColumn({ name: 'purpose_id', type: 'uuid', comment: 'Id of the purpose.' })
  purposeId!: string;

  @Column({ name: 'code', type: 'text', comment: 'Short code, unique for ever.' })
  code!: string;

  @Column({ name: 'controller_id', type: 'uuid', comment: 'The data controller that pursues it.' })
  controllerId!: string;

  @Column({ name: 'kind', type: 'text', comment: 'What sort of use it is.' })
  kind!: string;

  @Column({ name: 'data', type: 'jsonb', comment: 'The whole description with its variants.' })
  data!: PurposeData;

  @Column({ name: 'declared_at', type: 'timestamptz', comment: 'When it was first declared.' })
  declaredAt!: Date;

  @Column({ name: 'described_at', type: 'timestamptz', comment: DESCRIBED })
  describedAt!: Date;

  @Column({ name: 'retired_at', type: 'timestamptz', nullable: true, comment: 'When it ended.' })
  retiredAt!: Date | null;

  @Column({ name: 'retirement', type: 'text', nullable: true, comment: 'Why it ended.' })
  retirement!: string | null;

  @Column({ name: 'revision', type: 'bigint', comment: REVISION })
  revision!: string;
}

/** A notice, by its newest version. */
@Entity({ schema, name: 'notice', comment: 'Privacy notices (GDPR Art. 13, 14), by their newest version.' })
@Index('notice_by_age', ['firstPublishedAt', 'noticeId'])
export class NoticeEntity {
  @PrimaryColumn({ name: 'notice_id', type: 'uuid', comment: 'Id of the notice.' })
  noticeId!: string;

  @Column({ name: 'newest_version', type: 'integer', comment: 'Number of the newest version.' })
  newestVersion!: number;

  @Column({ name: 'title', type: 'jsonb', comment: 'Title of the newest version by language.' })
  title!: PublishedNotice['title'];

  @Column({ name: 'first_published_at', type: 'timestamptz', comment: 'When version 1 was published.' })
  firstPublishedAt!: Date;

  @Column({ name: 'published_at', type: 'timestamptz', comment: 'When the newest version was published.' })
  publishedAt!: Date;
}

/** A published notice version; it never changes. */
@Entity({
  schema,
  name: 'notice_version',
  comment: 'Published versions of privacy notices; they never change.',
})
export class NoticeVersionEntity {
  @PrimaryColumn({ name: 'notice_id', type: 'uuid', comment: 'Id of the notice.' })
  noticeId!: string;

  @PrimaryColumn({ name: 'version', type: 'integer', comment: 'Number of the version.' })
  version!: number;

  @Column({ name: 'title', type: 'jsonb', comment: 'Title by language.' })
  title!: PublishedNotice['title'];

  @Column({ name: 'texts', type: 'jsonb', comment: 'Language, SHA-256, bytes and parts of each text.' })
  texts!: PublishedNotice['texts'];

  @Column({
    name: 'change',
    type: 'text',
    comment: 'What it is to the version before: consents may need renewing.',
  })
  change!: PublishedNotice['change'];

  @Column({ name: 'effective_from', type: 'timestamptz', comment: 'From when on it informs.' })
  effectiveFrom!: Date;

  @Column({ name: 'published_at', type: 'timestamptz', comment: 'When it was published.' })
  publishedAt!: Date;
}

/** A part of the text of a notice version. */
@Entity({
  schema,
  name: 'notice_text',
  comment: 'Texts of notice versions; the parts in order are the text.',
})
export class NoticeTextEntity {
  @PrimaryColumn({ name: 'notice_id', type: 'uuid', comment: 'Id of the notice.' })
  noticeId!: string;

  @PrimaryColumn({ name: 'version', type: 'integer', comment: 'Number of the version.' })
  version!: number;

  @PrimaryColumn({ name: 'language', type: 'text', comment: 'Language of the text.' })
  language!: string;

  @PrimaryColumn({ name: 'part', type: 'integer', comment: 'Number of the part, from 1.' })
  part!: number;

  @Column({ name: 'text', type: 'text', comment: 'The part itself, to the byte.' })
  text!: string;
}

/** A version of a collection form as it was shown. */
@Entity({
  schema,
  name: 'form_version',
  comment: 'Versions of collection forms as people saw them (Art. 7(1)).',
})
@Index('form_version_by_age', ['publishedAt', 'formId', 'version'])
export class FormVersionEntity {
  @PrimaryColumn({ name: 'form_id', type: 'uuid', comment: 'Id of the form.' })
  formId!: string;

  @PrimaryColumn({ name: 'version', type: 'integer', comment: 'Number of the version.' })
  version!: number;

  @Column({ name: 'name', type: 'text', comment: 'Name the organisation gave it.' })
  name!: string;

  @Column({ name: 'notice_id', type: 'uuid', comment: 'The notice it showed.' })
  noticeId!: string;

  @Column({ name: 'notice_version', type: 'integer', comment: 'The version of the notice it showed.' })
  noticeVersion!: number;

  @Column({ name: 'valid_from', type: 'timestamptz', comment: 'From when on it was shown.' })
  validFrom!: Date;

  @Column({ name: 'valid_until', type: 'timestamptz', nullable: true, comment: 'Until when it was shown.' })
  validUntil!: Date | null;

  @Column({ name: 'data', type: 'jsonb', comment: 'The form as it was published.' })
  data!: CollectionFormVersion;

  @Column({ name: 'published_at', type: 'timestamptz', comment: 'When it was entered.' })
  publishedAt!: Date;
}

/** A line of the register of processing activities as it is described now. */
@Entity({
  schema,
  name: 'activity',
  comment: 'Register of processing activities (GDPR Art. 30) as described now.',
})
@Index('activity_by_reference', ['reference'], { unique: true })
export class ActivityEntity {
  @PrimaryColumn({ name: 'activity_id', type: 'uuid', comment: 'Id of the line.' })
  activityId!: string;

  @Column({ name: 'reference', type: 'text', comment: 'Short code, unique for ever.' })
  reference!: string;

  @Column({
    name: 'role',
    type: 'text',
    comment: 'Register it stands in: controller (30(1)) or processor (30(2)).',
  })
  role!: string;

  @Column({ name: 'controller_id', type: 'uuid', nullable: true, comment: 'The organisation it names.' })
  controllerId!: string | null;

  @Column({ name: 'data', type: 'jsonb', comment: 'The whole description.' })
  data!: ProcessingActivityData;

  @Column({ name: 'recorded_at', type: 'timestamptz', comment: 'When the line was first entered.' })
  recordedAt!: Date;

  @Column({ name: 'described_at', type: 'timestamptz', comment: DESCRIBED })
  describedAt!: Date;

  @Column({ name: 'ended_on', type: 'date', nullable: true, comment: 'Day on which the processing ended.' })
  endedOn!: string | null;

  @Column({ name: 'ending', type: 'text', nullable: true, comment: 'Why the line ended.' })
  ending!: string | null;

  @Column({ name: 'revision', type: 'bigint', comment: REVISION })
  revision!: string;
}

/** All tables of the register. */
export const registerEntities = [
  ControllerEntity,
  PurposeEntity,
  NoticeEntity,
  NoticeVersionEntity,
  NoticeTextEntity,
  FormVersionEntity,
  ActivityEntity,
] as const;
