import {
  AckDto,
  ArrayField,
  DayField,
  EnumField,
  InstantField,
  IntField,
  NestedField,
  SlugField,
  text,
  TextField,
  uuid,
  UuidField,
} from '#http';
import {
  activityEndings,
  dataCategories,
  recipientTypes,
  registerRoles,
  securityMeasureTypes,
  subjectCategories,
  transferSafeguards,
  type ProcessingActivityData,
} from '../contract.js';
import { exampleActivity, exampleActivityId, exampleControllerId, examplePurposeId } from '../examples.js';

const COUNTRY = /^[A-Z]{2}$/;
const HTTPS = /^https:\/\//;
type Item<
  K extends 'subjectCategories' | 'dataCategories' | 'recipients' | 'transfers' | 'securityMeasures',
> = ProcessingActivityData[K][number];

/** A category of persons (list F of the CNIL template). */
export class SubjectCategoryDto {
  @EnumField(subjectCategories, { example: 'customers' })
  category!: Item<'subjectCategories'>['category'];

  @TextField({ max: 1000, optional: true, example: 'Inscrits sur le site' })
  precision?: string;
}

/** A category of data with its time limit. */
export class DataCategoryDto {
  @EnumField(dataCategories, { example: 'identity' })
  category!: Item<'dataCategories'>['category'];

  @TextField({ max: 2000, example: 'Nom, adresse électronique' })
  description!: string;

  @TextField({
    max: 1000,
    optional: true,
    description: 'Time limit for erasure (Art. 30(1)(f)).',
    example: 'Trois ans après le dernier contact venant de la personne',
  })
  retention?: string;

  @TextField({
    max: 500,
    optional: true,
    description: 'Condition of Art. 9(2), or ground, without which a special category is declined.',
  })
  exception?: string;
}

/** Who receives the data. */
export class RecipientDto {
  @EnumField(recipientTypes, { example: 'internal-service' })
  type!: Item<'recipients'>['type'];

  @TextField({ max: 1000, example: 'Service commercial' })
  precision!: string;
}

/** A transfer to a third country. */
export class TransferDto {
  @TextField({ max: 300, example: 'Plateforme d’envoi' })
  recipient!: string;

  @TextField({ max: 2, pattern: COUNTRY, meaning: 'US', example: 'US' })
  country!: string;

  @EnumField(transferSafeguards, { example: 'scc' })
  safeguard!: Item<'transfers'>['safeguard'];

  @TextField({ max: 500, pattern: HTTPS, meaning: 'https://…', optional: true })
  documentUrl?: string;
}

/** A security measure. */
export class SecurityMeasureDto {
  @EnumField(securityMeasureTypes, { example: 'encryption' })
  type!: Item<'securityMeasures'>['type'];

  @TextField({ max: 1000, example: 'Données chiffrées par personne' })
  precision!: string;
}

/** A line of the register, whole. It may be incomplete; reading it says what is missing. */
export class ProcessingActivityDto {
  @SlugField({
    description: 'Names this line for ever; gives it its id.',
    example: exampleActivity.reference,
  })
  reference!: string;

  @EnumField(registerRoles, { description: 'Register of Art. 30(1) or 30(2).', example: 'controller' })
  role!: ProcessingActivityData['role'];

  @TextField({ max: 200, example: exampleActivity.name })
  name!: string;

  @UuidField({
    optional: true,
    description: 'The organisation that keeps the line.',
    example: exampleControllerId,
  })
  controllerId?: string;

  @ArrayField(uuid(), { max: 20, unique: true, fallback: [] })
  jointControllerIds!: string[];

  @ArrayField(text({ max: 200 }), {
    max: 500,
    fallback: [],
    description: 'As processor: each data controller served.',
  })
  servedControllers!: string[];

  @TextField({ max: 1000, optional: true, example: exampleActivity.mainPurpose ?? null })
  mainPurpose?: string;

  @ArrayField(text({ max: 1000 }), { max: 5, fallback: [], example: exampleActivity.subPurposes })
  subPurposes!: string[];

  @ArrayField(uuid(), { max: 50, unique: true, fallback: [], example: [examplePurposeId] })
  purposeIds!: string[];

  @NestedField(() => SubjectCategoryDto, {
    array: true,
    max: 30,
    fallback: [],
    example: exampleActivity.subjectCategories,
  })
  subjectCategories!: SubjectCategoryDto[];

  @NestedField(() => DataCategoryDto, {
    array: true,
    max: 40,
    fallback: [],
    example: exampleActivity.dataCategories,
  })
  dataCategories!: DataCategoryDto[];

  @NestedField(() => RecipientDto, {
    array: true,
    max: 50,
    fallback: [],
    example: exampleActivity.recipients,
  })
  recipients!: RecipientDto[];

  @NestedField(() => TransferDto, { array: true, max: 50, fallback: [] })
  transfers!: TransferDto[];

  @NestedField(() => SecurityMeasureDto, {
    array: true,
    max: 50,
    fallback: [],
    example: exampleActivity.securityMeasures,
  })
  securityMeasures!: SecurityMeasureDto[];

  @TextField({ max: 1000, optional: true, example: exampleActivity.dataSource ?? null })
  dataSource?: string;

  @InstantField({ notFuture: true, optional: true, description: 'Since when it has been so; default: now.' })
  occurredAt?: string;
}

/** End of a line. */
export class RetireActivityDto {
  @EnumField(activityEndings, { example: 'ended' })
  reason!: (typeof activityEndings)[number];

  @DayField({ description: 'Day on which the processing ended, today at the latest.', example: '2026-01-31' })
  endedOn!: string;

  @InstantField({ notFuture: true, optional: true })
  occurredAt?: string;
}

/** Answer to a command on a line. */
export class ActivityAckDto extends AckDto {
  @UuidField({ example: exampleActivityId })
  activityId!: string;
}

/** How a line ended. */
export class ActivityEndingDto {
  @EnumField(activityEndings)
  reason!: string;

  @DayField()
  endedOn!: string;
}

/** A line as it is described now. */
export class ProcessingActivityViewDto extends ProcessingActivityDto {
  @UuidField({ example: exampleActivityId })
  activityId!: string;

  @InstantField()
  describedAt!: string;

  @NestedField(() => ActivityEndingDto, { optional: true })
  ending?: ActivityEndingDto;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'What `If-Match` must name.' })
  revision!: number;
}
