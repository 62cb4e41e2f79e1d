import { languages } from '#kernel';
import {
  AckDto,
  EnumField,
  InstantField,
  IntField,
  NestedField,
  Sha256Field,
  TextField,
  UuidField,
} from '#http';
import { noticeChanges } from '../contract.js';
import { exampleNotice } from '../examples.js';
import { NameDto } from './purpose.dto.js';

/** Characters of one text; a whole request holds 256 KiB. */
const MAX_TEXT = 200_000;
export const MAX_VERSION = 1_000_000;
const EXAMPLE_ID = '5b1f0a52-6d0f-4b6e-9d75-2f7a3c9e8b10';

/** The text of a notice in one language, to the byte. */
export class NoticeTextDto {
  @EnumField(languages, { example: 'fr' })
  language!: (typeof languages)[number];

  @TextField({
    max: MAX_TEXT,
    description:
      'Exactly as it is shown. It can name functional mailboxes, no address or number of a person.',
    example: exampleNotice.texts[0]?.text ?? null,
  })
  text!: string;
}

/** The first version of a notice. */
export class PublishNoticeDto {
  @NestedField(() => NameDto, { example: { ...exampleNotice.title } })
  title!: NameDto;

  @NestedField(() => NoticeTextDto, {
    array: true,
    min: 1,
    max: languages.length,
    example: exampleNotice.texts.map((text) => ({ ...text })),
  })
  texts!: NoticeTextDto[];

  @InstantField({ optional: true, description: 'From when on it informs; default: at once.' })
  effectiveFrom?: string;

  @InstantField({ notFuture: true, optional: true, description: 'When it was published; default: now.' })
  occurredAt?: string;
}

/** A further version of a notice. */
export class PublishNoticeVersionDto extends PublishNoticeDto {
  @IntField({ min: 2, max: MAX_VERSION, description: 'The newest version and one.', example: 2 })
  version!: number;

  @EnumField(noticeChanges.filter((change) => change !== 'first'), {
    description: 'After a considerable change consents need renewing (EDPB 05/2020).',
    example: 'editorial',
  })
  change!: 'editorial' | 'considerable';
}

/** Answer to a publication. */
export class NoticeAckDto extends AckDto {
  @UuidField({ example: EXAMPLE_ID })
  noticeId!: string;

  @IntField({ min: 1, max: MAX_VERSION })
  version!: number;
}

/** A published text with its hash. */
export class NoticeTextViewDto extends NoticeTextDto {
  @Sha256Field({ description: 'SHA-256 of the UTF-8 text.' })
  sha256!: string;

  @IntField({ min: 1, max: Number.MAX_SAFE_INTEGER })
  bytes!: number;
}

/** A published notice version; it never changes. */
export class NoticeVersionViewDto {
  @UuidField({ example: EXAMPLE_ID })
  noticeId!: string;

  @IntField({ min: 1, max: MAX_VERSION })
  version!: number;

  @NestedField(() => NameDto, { example: { ...exampleNotice.title } })
  title!: NameDto;

  @NestedField(() => NoticeTextViewDto, { array: true })
  texts!: NoticeTextViewDto[];

  @EnumField(noticeChanges)
  change!: (typeof noticeChanges)[number];

  @InstantField()
  effectiveFrom!: string;

  @InstantField()
  publishedAt!: string;
}

/** A notice by its newest version. */
export class NoticeViewDto {
  @UuidField({ example: EXAMPLE_ID })
  noticeId!: string;

  @NestedField(() => NameDto, { example: { ...exampleNotice.title } })
  title!: NameDto;

  @IntField({ min: 1, max: MAX_VERSION })
  newestVersion!: number;

  @InstantField()
  firstPublishedAt!: string;

  @InstantField()
  publishedAt!: string;
}
