import { sourceKinds, type Personal, type SourceKind } from '#kernel';
import {
  AckDto,
  ArrayField,
  BoolField,
  EnumField,
  FactsRecordedDto,
  InstantField,
  IntField,
  MAX_BATCH_ROWS,
  NestedField,
  PersonalField,
  RowAnswerDto,
  Sha256Field,
  slug,
  uuid,
  UuidField,
} from '#http';
import { MAX_NAMED, relationshipKinds, type RelationshipKind } from '../contract.js';

const MAX_LOCATOR = 1000;

/** A published version of a collection form. */
export class CollectionFormRefDto {
  @UuidField()
  formId!: string;

  @IntField({ min: 1, max: 100_000, example: 1 })
  version!: number;
}

/** How contact details were collected on the occasion of a sale or contract (CPCE L.34-5 al. 4). */
export class ContactCollectionDto {
  @BoolField({ description: 'From the person themselves.', example: true })
  direct!: boolean;

  @ArrayField(uuid(), {
    fallback: [],
    max: MAX_NAMED,
    unique: true,
    description: 'Contact points collected then; they are the person’s.',
  })
  contactPointIds!: string[];

  @BoolField({ description: 'The person could object when the details were collected.', example: true })
  objectionOffered!: boolean;

  @NestedField(() => CollectionFormRefDto, { optional: true, description: 'The form that shows it.' })
  form?: CollectionFormRefDto;
}

/** Where the proof lies in another system; sealed. */
export class RelationshipEvidenceDto {
  @PersonalField({
    max: MAX_LOCATOR,
    description: 'Order, contract or recording.',
    example: 'erp:order/4711',
  })
  locator!: Personal<string>;

  @Sha256Field({ optional: true, description: 'SHA-256 of what lies there.' })
  sha256?: string;
}

/** Something that happened between a person and a data controller. */
export class RelationshipFactDto {
  @EnumField(relationshipKinds, { example: 'sale' })
  kind!: RelationshipKind;

  @UuidField({ description: 'The company that sold, contracted or was approached; no sister company.' })
  controllerId!: string;

  @ArrayField(slug(), {
    fallback: [],
    max: MAX_NAMED,
    unique: true,
    description: 'Categories of products or services, as purposes name them.',
    example: ['furniture'],
  })
  productCategories!: string[];

  @UuidField({ optional: true, description: 'Needed where a contract starts or ends.' })
  contractId?: string;

  @NestedField(() => ContactCollectionDto, {
    optional: true,
    description: 'Of a sale or a contract that starts: what a soft opt-in rests on.',
    example: { direct: true, objectionOffered: true },
  })
  contactCollection?: ContactCollectionDto;

  @EnumField(sourceKinds, { description: 'Who tells it.', example: 'shop' })
  source!: SourceKind;

  @NestedField(() => RelationshipEvidenceDto, { optional: true })
  evidence?: RelationshipEvidenceDto;
}

/** A fact about the person in the path. */
export class RecordRelationshipEventDto extends RelationshipFactDto {
  @InstantField({ optional: true, notFuture: true, description: 'When it happened; now if absent.' })
  occurredAt?: string;
}

/** The recorded fact. */
export class RelationshipEventRecordedDto extends AckDto {
  @UuidField()
  relationshipEventId!: string;
}

/** A fact about one of many people. */
export class RelationshipRowDto extends RelationshipFactDto {
  @UuidField()
  subjectId!: string;

  @InstantField({
    optional: true,
    description: 'When it happened; now if absent. The future declines the row.',
  })
  occurredAt?: string;
}

/** Facts about many people. */
export class RecordRelationshipEventsDto {
  @NestedField(() => RelationshipRowDto, { array: true, min: 1, max: MAX_BATCH_ROWS })
  events!: RelationshipRowDto[];
}

/** What became of one row. */
export class RelationshipRowAnswerDto extends RowAnswerDto {
  @UuidField({ optional: true })
  relationshipEventId?: string;
}

/** What became of a batch, row by row in its order. */
export class RelationshipEventsAnswerDto extends FactsRecordedDto {
  @NestedField(() => RelationshipRowAnswerDto, { array: true })
  rows!: readonly RelationshipRowAnswerDto[];
}
