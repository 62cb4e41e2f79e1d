import { ArrayField, EnumField, InstantField, slug, UuidField } from '#http';
import { relationshipKinds } from '#subjects/contract';

/** Sales, contracts and steps of the person in short: per data controller and kind. */
export class RelationshipStateDto {
  @UuidField({ description: 'Data controller.' })
  controllerId!: string;

  @EnumField(relationshipKinds)
  kind!: string;

  @ArrayField(slug(), { description: 'Categories of products or services, of all of them together.' })
  productCategories!: readonly string[];

  @InstantField({ description: 'The first one; of quotes, inbound contacts, logins and clicks the newest.' })
  since!: string;

  @InstantField({ description: 'The newest one.' })
  last!: string;
}
