import { languages, type Language, type Personal } from '#kernel';
import {
  AckDto,
  BoolField,
  EnumField,
  InstantField,
  IntField,
  NestedField,
  PersonalField,
  RowProblemDto,
  Sha256Field,
  TextField,
  UuidField,
} from '#http';
import {
  informationArticles,
  informationMeans,
  type InformationArticle,
  type InformationMeans,
} from '../contract.js';

const MAX_LOCATOR = 1000;
/** Rows of one request. */
const MAX_ROWS = 500;

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
  @NestedField(() => NoticeDeliveredRowDto, { array: true, min: 1, max: MAX_ROWS })
  deliveries!: NoticeDeliveredRowDto[];
}

/** What became of one row. */
export class NoticeDeliveredRowAnswerDto {
  @UuidField()
  subjectId!: string;

  @BoolField({ description: 'Whether the fact is in the ledger.' })
  recorded!: boolean;

  @UuidField({ optional: true })
  informationId?: string;

  @TextField({ max: 200, optional: true, description: 'Reads take it as `minToken`.' })
  token?: string;

  @NestedField(() => RowProblemDto, { optional: true, description: 'Why the row was declined.' })
  problem?: RowProblemDto;
}

/** What became of a batch, row by row in its order. */
export class NoticesDeliveredAnswerDto {
  @IntField({ min: 0, max: MAX_ROWS, description: 'Rows that are in the ledger.' })
  appended!: number;

  @IntField({
    min: 0,
    max: MAX_ROWS,
    description: 'Rows that were declined; sent again they may be accepted.',
  })
  declined!: number;

  @NestedField(() => NoticeDeliveredRowAnswerDto, { array: true })
  rows!: readonly NoticeDeliveredRowAnswerDto[];
}
