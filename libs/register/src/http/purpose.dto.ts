import { audiences, channels, contactPointKinds, lawfulBases, relations, sectors } from '#kernel';
import {
  AckDto,
  ArrayField,
  EnumField,
  InstantField,
  IntField,
  NestedField,
  oneOf,
  Sha256Field,
  slug,
  SlugField,
  TextField,
  UuidField,
} from '#http';
import { purposeEndings, purposeKinds, type PurposeData, type PurposeVariant } from '../contract.js';
import { exampleControllerId, examplePurpose, examplePurposeId } from '../examples.js';

/** A name in French, and in English if there is one. */
export class NameDto {
  @TextField({ max: 200, example: examplePurpose.name.fr })
  fr!: string;

  @TextField({ max: 200, optional: true, example: examplePurpose.name.en ?? null })
  en?: string;
}

/** A description in French, and in English if there is one. */
export class DescriptionDto {
  @TextField({ max: 2000, example: examplePurpose.description.fr })
  fr!: string;

  @TextField({ max: 2000, optional: true, example: examplePurpose.description.en ?? null })
  en?: string;
}

/** An assessment of legitimate interests, kept by its hash. */
export class AssessmentDto {
  @SlugField({ example: 'lia-2026-03' })
  reference!: string;

  @Sha256Field({ description: 'SHA-256 of the document.' })
  sha256!: string;
}

/** For whom, on which single basis. */
export class PurposeVariantDto {
  @SlugField({ example: 'strangers' })
  variantId!: string;

  @ArrayField(oneOf(audiences), { min: 1, unique: true, example: ['consumer'] })
  audiences!: PurposeVariant['audiences'];

  @ArrayField(oneOf(relations), {
    min: 1,
    unique: true,
    description: 'No audience and relation may stand in two variants.',
    example: ['none', 'account-only'],
  })
  relations!: PurposeVariant['relations'];

  @EnumField(lawfulBases, { example: 'consent' })
  lawfulBasis!: PurposeVariant['lawfulBasis'];

  @TextField({ max: 500, description: 'Article or text it rests on.', example: 'CPCE art. L.34-5 al. 1' })
  basisSource!: string;

  @NestedField(() => AssessmentDto, {
    optional: true,
    description: 'Required on legitimate interests (Art. 6(1)(f)).',
  })
  assessment?: AssessmentDto;
}

/** A recipient who is named to the person; "our partners" is not one. */
export class NamedRecipientDto {
  @UuidField()
  recipientId!: string;

  @TextField({ max: 200, example: 'Atelier Vauban SARL' })
  legalName!: string;
}

/** A purpose as it is declared, whole. */
export class PurposeDto {
  @SlugField({ description: 'Names this purpose for ever; gives it its id.', example: examplePurpose.code })
  code!: string;

  @UuidField({ example: exampleControllerId })
  controllerId!: string;

  @NestedField(() => NameDto)
  name!: NameDto;

  @NestedField(() => DescriptionDto)
  description!: DescriptionDto;

  @EnumField(purposeKinds, { example: examplePurpose.kind })
  kind!: PurposeData['kind'];

  @EnumField(sectors, { fallback: 'normal', description: 'Sectors with rules of their own.' })
  sector!: PurposeData['sector'];

  @ArrayField(oneOf(channels), { unique: true, example: examplePurpose.channels })
  channels!: PurposeData['channels'];

  @NestedField(() => PurposeVariantDto, {
    array: true,
    min: 1,
    max: 40,
    example: examplePurpose.variants,
  })
  variants!: PurposeVariantDto[];

  @ArrayField(oneOf(contactPointKinds), {
    unique: true,
    description: 'What its channels need and no more (Art. 5(1)(c)).',
    example: examplePurpose.dataNeeded,
  })
  dataNeeded!: PurposeData['dataNeeded'];

  @ArrayField(slug(), { max: 50, unique: true, fallback: [], example: examplePurpose.productCategories })
  productCategories!: string[];

  @NestedField(() => NamedRecipientDto, { array: true, max: 100, fallback: [] })
  namedRecipients!: NamedRecipientDto[];

  @InstantField({ notFuture: true, optional: true, description: 'Since when it has been so; default: now.' })
  occurredAt?: string;
}

/** End of a purpose. */
export class RetirePurposeDto {
  @EnumField(purposeEndings, { example: 'ended' })
  reason!: (typeof purposeEndings)[number];

  @InstantField({ notFuture: true, optional: true, description: 'When it ended; default: now.' })
  occurredAt?: string;
}

/** Answer to a command on a purpose. */
export class PurposeAckDto extends AckDto {
  @UuidField({ example: examplePurposeId })
  purposeId!: string;
}

/** How a purpose ended. */
export class PurposeEndingDto {
  @EnumField(purposeEndings)
  reason!: string;

  @InstantField()
  occurredAt!: string;
}

/** A purpose as it is described now. */
export class PurposeViewDto extends PurposeDto {
  @UuidField({ example: examplePurposeId })
  purposeId!: string;

  @InstantField({ description: 'Since when this description stands.' })
  describedAt!: string;

  @NestedField(() => PurposeEndingDto, { optional: true })
  ending?: PurposeEndingDto;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'What `If-Match` must name.' })
  revision!: number;
}
