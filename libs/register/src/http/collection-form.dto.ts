import { channels, expressionMethods, languages, type Channel } from '#kernel';
import {
  AckDto,
  ArrayField,
  BoolField,
  EnumField,
  InstantField,
  IntField,
  NestedField,
  oneOf,
  Sha256Field,
  slug,
  TextField,
  UuidField,
} from '#http';
import { exampleForm, examplePurposeId } from '../examples.js';
import { shownStates, type CollectionFormProposal } from '../domain/form-rules.js';
import { MAX_VERSION } from './notice.dto.js';

const HTTPS = /^https:\/\//;
const EXAMPLE_ID = 'c0a8012e-5d0b-4c1e-8a3f-6b7c8d9e0f1a';
const EXAMPLE_NOTICE = { noticeId: '5b1f0a52-6d0f-4b6e-9d75-2f7a3c9e8b10', version: 1 };

/** The notice version that the form showed. */
export class FormNoticeDto {
  @UuidField({ example: EXAMPLE_NOTICE.noticeId })
  noticeId!: string;

  @IntField({ min: 1, max: MAX_VERSION, example: EXAMPLE_NOTICE.version })
  version!: number;
}

/** One question that the form asks. */
export class OfferDto {
  @UuidField({ example: examplePurposeId })
  purposeId!: string;

  @ArrayField(oneOf(channels), { min: 1, unique: true, example: ['email'] })
  channels!: Channel[];

  @TextField({
    max: 2000,
    description: 'The words beside the box; each purpose needs words of its own.',
    example: exampleForm.offers[0]?.label ?? null,
  })
  label!: string;

  @ArrayField(slug(), {
    min: 1,
    max: 20,
    unique: true,
    optional: true,
    description: 'Nature of goods or services; required for calls to consumers (R.223-1).',
  })
  goodsNature?: string[];
}

/** What the form showed beyond the words (R.223-1 I). */
export class ShownDto {
  @BoolField({ description: 'That consent can be taken back, and how.' })
  withdrawalRight!: boolean;

  @BoolField({ description: 'Access to the consent on a durable medium.' })
  durableMedium!: boolean;

  @BoolField({ description: 'Who calls.' })
  professionalIdentity!: boolean;

  @BoolField({ description: 'That one may say no.' })
  choiceOffered!: boolean;
}

/** A version of a collection form, as people see it. */
export class FormDto {
  @TextField({ max: 200, example: exampleForm.name })
  name!: string;

  @TextField({
    max: 500,
    pattern: HTTPS,
    meaning: 'https://…',
    optional: true,
    example: exampleForm.url ?? null,
  })
  url?: string;

  @EnumField(languages, { description: 'The notice needs a text in it.', example: exampleForm.language })
  language!: CollectionFormProposal['language'];

  @InstantField({ example: '2026-09-01T10:00:00+02:00' })
  validFrom!: string;

  @InstantField({ optional: true })
  validUntil?: string;

  @Sha256Field({
    optional: true,
    description: 'Screenshot of this version.',
    example: exampleForm.screenshotSha256 ?? null,
  })
  screenshotSha256?: string;

  @Sha256Field({ optional: true, description: 'Source code of this version.' })
  codeSha256?: string;

  @EnumField(expressionMethods, { example: exampleForm.method })
  method!: CollectionFormProposal['method'];

  @EnumField(shownStates, {
    description: 'How the box stood; a ticked one is declined.',
    example: exampleForm.defaultState,
  })
  defaultState!: CollectionFormProposal['defaultState'];

  @NestedField(() => OfferDto, {
    array: true,
    min: 1,
    max: 50,
    example: exampleForm.offers,
  })
  offers!: OfferDto[];

  @UuidField({ optional: true, description: 'Third party that collects for the data controller.' })
  collectorId?: string;

  @ArrayField(slug(), { min: 1, max: 10, unique: true, example: [...exampleForm.withdrawalMethods] })
  withdrawalMethods!: string[];

  @IntField({
    min: 1,
    max: 120,
    optional: true,
    description: 'Months of validity stated to the person; for calls required, and at most 12.',
    example: exampleForm.validityMonths ?? null,
  })
  validityMonths?: number;

  @NestedField(() => ShownDto)
  shown!: ShownDto;

  @InstantField({ notFuture: true, optional: true, description: 'When it was put in use; default: now.' })
  occurredAt?: string;
}

/** The first version of a collection form. */
export class PublishFormDto extends FormDto {
  @NestedField(() => FormNoticeDto)
  notice!: FormNoticeDto;
}

/** A further version of a collection form. */
export class PublishFormVersionDto extends PublishFormDto {
  @IntField({ min: 2, max: MAX_VERSION, description: 'The newest version and one.', example: 2 })
  version!: number;
}

/** End of a form version. */
export class RetireFormDto {
  @InstantField({ description: 'Until when it was, or will be, shown.', example: '2026-12-31T23:00:00Z' })
  validUntil!: string;

  @InstantField({ notFuture: true, optional: true })
  occurredAt?: string;
}

/** Answer to a command on a form. */
export class FormAckDto extends AckDto {
  @UuidField({ example: EXAMPLE_ID })
  formId!: string;

  @IntField({ min: 1, max: MAX_VERSION })
  version!: number;
}

/** The notice version with the hash of the text that was shown. */
export class FormNoticeViewDto extends FormNoticeDto {
  @Sha256Field()
  sha256!: string;
}

/** A version of a collection form as it was shown. */
export class FormVersionViewDto extends FormDto {
  @UuidField({ example: EXAMPLE_ID })
  formId!: string;

  @IntField({ min: 1, max: MAX_VERSION })
  version!: number;

  @NestedField(() => FormNoticeViewDto)
  notice!: FormNoticeViewDto;

  @InstantField()
  publishedAt!: string;
}
