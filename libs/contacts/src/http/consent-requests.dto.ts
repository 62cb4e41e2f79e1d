import { channels, type Channel } from '#kernel';
import { FormVersionDto } from '#consent';
import {
  AckDto,
  ArrayField,
  BoolField,
  EnumField,
  InstantField,
  IntField,
  NestedField,
  oneOf,
  RowAnswerDto,
  TextField,
  uuid,
  UuidField,
} from '#http';

/** People in one batch. */
const MAX_ROWS = 500;
/** A question that nobody answers within a season is put anew, not kept open. */
const MAX_DAYS = 90;
const DEFAULT_DAYS = 30;
const MAX_TEXT = 20_000;

/** Why a person is asked; a sign-up asks for its confirmation by itself. */
export const askReasons = ['new-contact', 'notice-changed', 'consent-ending', 'retention-ending'] as const;

/** A purpose, and the channels for which it is asked. */
export class AskedChoiceDto {
  @UuidField()
  purposeId!: string;

  @ArrayField(oneOf(channels), { min: 1, max: channels.length, unique: true, example: ['email'] })
  channels!: Channel[];
}

/** A request for consent to one person. */
export class RequestConsentDto {
  @NestedField(() => FormVersionDto, {
    description: 'Its labels and notice are what the person is shown.',
    example: { formId: '3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d', version: 1 },
  })
  formVersion!: FormVersionDto;

  @NestedField(() => AskedChoiceDto, {
    array: true,
    min: 1,
    max: 50,
    optional: true,
    description: 'Some of what the form offers; all of it if absent.',
  })
  choices?: AskedChoiceDto[];

  @UuidField({
    description: 'Where the message goes; an answer counts only while the person has that address or number.',
  })
  contactPointId!: string;

  @UuidField({ optional: true, description: 'Checked, if given: one request is one data controller’s.' })
  controllerId?: string;

  @EnumField(askReasons, { example: 'new-contact' })
  reason!: (typeof askReasons)[number];

  @IntField({
    min: 1,
    max: MAX_DAYS,
    fallback: DEFAULT_DAYS,
    description: 'Days in which a yes is taken; a no always is.',
  })
  expiresInDays!: number;

  @BoolField({
    fallback: false,
    description:
      'Whether it takes the place of open requests that put one of its questions by the same address; without it such a request is declined.',
  })
  supersede!: boolean;
}

/** A request to one of many people. */
export class RequestRowDto extends RequestConsentDto {
  @UuidField()
  subjectId!: string;
}

/** Requests to many people, such as all whose consent is about to end. */
export class RequestConsentsDto {
  @NestedField(() => RequestRowDto, { array: true, min: 1, max: MAX_ROWS })
  requests!: RequestRowDto[];
}

/** What is to be sent to the person, by whoever sends: the ledger sends nothing. */
export class ConfirmationDto {
  @TextField({ max: 2000, description: 'The person’s own link.', example: 'https://greffe.example/c/AQEr…' })
  url!: string;

  @InstantField({ description: 'From then on a yes is not taken any more.' })
  expiresAt!: string;

  @TextField({ max: MAX_TEXT, description: 'Text for the message, in French; it names nobody.' })
  textFr!: string;

  @TextField({ max: MAX_TEXT, description: 'The same in English.' })
  textEn!: string;
}

/** A recorded request, and what is to be sent. */
export class ConsentRequestedDto extends AckDto {
  @UuidField()
  requestId!: string;

  @TextField({ max: 2000, description: 'The person’s own link.', example: 'https://greffe.example/c/AQEr…' })
  url!: string;

  @InstantField({ description: 'From then on a yes is not taken any more.' })
  expiresAt!: string;

  @TextField({ max: MAX_TEXT, description: 'Text for the message, in French; it names nobody.' })
  textFr!: string;

  @TextField({ max: MAX_TEXT, description: 'The same in English.' })
  textEn!: string;

  @ArrayField(uuid(), {
    optional: true,
    description: 'Earlier requests in whose place it stands: their links take no yes any more.',
    example: ['3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d'],
  })
  supersedes?: readonly string[];
}

/** What became of one row. */
export class RequestRowAnswerDto extends RowAnswerDto {
  @UuidField({ optional: true })
  requestId?: string;

  @NestedField(() => ConfirmationDto, { optional: true, description: 'What is to be sent.' })
  message?: ConfirmationDto;

  @ArrayField(uuid(), {
    optional: true,
    description: 'Earlier requests in whose place it stands: their links take no yes any more.',
    example: ['3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d'],
  })
  supersedes?: readonly string[];
}

/** What became of a batch, row by row in its order. */
export class ConsentsRequestedDto {
  @IntField({ min: 0, max: MAX_ROWS, description: 'Requests that were recorded.' })
  recorded!: number;

  @IntField({ min: 0, max: MAX_ROWS, description: 'Rows that were declined.' })
  declined!: number;

  @NestedField(() => RequestRowAnswerDto, { array: true })
  rows!: readonly RequestRowAnswerDto[];
}
