import { languages, type Language, type Personal } from '#kernel';
import {
  AckDto,
  EnumField,
  FactsRecordedDto,
  InstantField,
  IntField,
  MAX_BATCH_ROWS,
  NestedField,
  PersonalField,
  RowAnswerDto,
  Sha256Field,
  UuidField,
} from '#http';
import {
  informationArticles,
  informationMeans,
  type InformationArticle,
  type InformationMeans,
} from '../contract.js';

const MAX_LOCATOR = 1000;

/** The text that was given. */
export class GivenNoticeDto {
  @UuidField()
  noticeId!: string;

  @IntField({ min: 1, max: 100_000, example: 1 })
  version!: number;

  @EnumField(languages, { example: 'fr' })
  language!: Language;
}

/** Where the message lies in another system; sealed. */
export class InformationEvidenceDto {
  @PersonalField({ max: MAX_LOCATOR, description: 'Message or letter.', example: 'mailing:4711' })
  locator!: Personal<string>;

  @Sha256Field({ optional: true, description: 'SHA-256 of what lies there.' })
  sha256?: string;
}

/** What a person was told about the processing of their data. */
export class InformationFactDto {
  @UuidField({ description: 'Whose duty it was.' })
  controllerId!: string;

  @EnumField(informationArticles, {
    example: 'art-14',
    description: '`art-13`: data collected from the person; `art-14`: from somebody else.',
  })
  article!: InformationArticle;

  @NestedField(() => GivenNoticeDto, { description: 'A published version, in one of its languages.' })
  notice!: GivenNoticeDto;

  @EnumField(informationMeans, {
    example: 'email',
    description: 'A message on a channel, a page or form that they saw (`on-site`), or face to face.',
  })
  means!: InformationMeans;

  @UuidField({ optional: true, description: 'The address or number that it was sent to.' })
  contactPointId?: string;

  @NestedField(() => InformationEvidenceDto, { optional: true })
  evidence?: InformationEvidenceDto;
}

/** Information of the person in the path. */
export class NoticeDeliveredDto extends InformationFactDto {
  @InstantField({ optional: true, notFuture: true, description: 'When it was given; now if absent.' })
  occurredAt?: string;
}

/** The recorded fact. */
export class NoticeDeliveredAckDto extends AckDto {
  @UuidField()
  informationId!: string;
}

/** Information of one of many people. */
export class NoticeDeliveredRowDto extends InformationFactDto {
  @UuidField()
  subjectId!: string;

  @InstantField({
    optional: true,
    description: 'When it was given; now if absent. The future declines the row.',
  })
  occurredAt?: string;
}

/** Information of many people. */
export class NoticesDeliveredDto {
  @NestedField(() => NoticeDeliveredRowDto, { array: true, min: 1, max: MAX_BATCH_ROWS })
  deliveries!: NoticeDeliveredRowDto[];
}

/** What became of one row. */
export class NoticeDeliveredRowAnswerDto extends RowAnswerDto {
  @UuidField({ optional: true })
  informationId?: string;
}

/** What became of a batch, row by row in its order. */
export class NoticesDeliveredAnswerDto extends FactsRecordedDto {
  @NestedField(() => NoticeDeliveredRowAnswerDto, { array: true })
  rows!: readonly NoticeDeliveredRowAnswerDto[];
}
