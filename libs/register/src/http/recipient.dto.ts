import {
  AckDto,
  EnumField,
  Field,
  InstantField,
  IntField,
  list,
  NestedField,
  orCode,
  SlugField,
  TextField,
  uuid,
  UuidField,
} from '#http';
import {
  recipientEndings,
  recipientIdentifiers,
  recipientKinds,
  waysOfTelling,
  type RecipientData,
} from '../contract.js';
import { exampleRecipient } from '../examples.js';

/** By what a recipient finds a person. */
export class IdentifiesByDto {
  @EnumField(recipientIdentifiers, { example: exampleRecipient.identifiesBy.kind })
  kind!: RecipientData['identifiesBy']['kind'];

  @SlugField({
    optional: true,
    description: 'The system of the external id.',
    example: exampleRecipient.identifiesBy.system ?? null,
  })
  system?: string;
}

/** Somebody to whom personal data is disclosed (Art. 4(9)): a legal person. */
export class DataRecipientDto {
  @TextField({ max: 200, description: 'Name of the legal person.', example: exampleRecipient.legalName })
  legalName!: string;

  @EnumField(recipientKinds, { example: exampleRecipient.kind })
  kind!: RecipientData['kind'];

  @Field(orCode(list(uuid(), { min: 1, max: 200, unique: true }), ['all']), {
    example: exampleRecipient.purposeIds,
    description: 'The purposes for which data is disclosed to it, or `all`.',
  })
  purposeIds!: RecipientData['purposeIds'];

  @NestedField(() => IdentifiesByDto)
  identifiesBy!: IdentifiesByDto;

  @EnumField(waysOfTelling, {
    example: exampleRecipient.howTold,
    description: 'How it learns of an erasure: its system asks, or staff tell it.',
  })
  howTold!: RecipientData['howTold'];

  @InstantField({ notFuture: true, optional: true, description: 'Since when it has been so; default: now.' })
  occurredAt?: string;
}

/** Answer to a command on a recipient. */
export class RecipientAckDto extends AckDto {
  @UuidField()
  recipientId!: string;
}

/** The end of disclosing to a recipient. */
export class RetireRecipientDto {
  @EnumField(recipientEndings, { example: 'contract-ended' })
  reason!: (typeof recipientEndings)[number];

  @InstantField({ notFuture: true, optional: true, description: 'When it ended; default: now.' })
  occurredAt?: string;
}

/** How disclosing to a recipient ended. */
export class RecipientEndingDto {
  @EnumField(recipientEndings)
  reason!: string;

  @InstantField()
  occurredAt!: string;
}

/** A recipient as it is described now. */
export class DataRecipientViewDto extends DataRecipientDto {
  @UuidField()
  recipientId!: string;

  @InstantField({ description: 'Since when this description stands.' })
  describedAt!: string;

  @NestedField(() => RecipientEndingDto, { optional: true })
  ending?: RecipientEndingDto;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'What `If-Match` must name.' })
  revision!: number;
}
