import {
  apiScopes,
  ArrayField,
  BoolField,
  InstantField,
  NestedField,
  oneOf,
  SlugField,
  TextField,
  UuidField,
} from '#http';

/** A static key for a program that speaks no OIDC. */
export class CreateServiceKeyDto {
  @TextField({ max: 100, description: 'What the key is for.', example: 'Shop front end' })
  name!: string;

  @SlugField({
    description: 'The program that will hold it; idempotency keys are per client.',
    example: 'shop',
  })
  clientId!: string;

  @ArrayField(oneOf(apiScopes), { min: 1, max: apiScopes.length, unique: true, example: ['choices:record'] })
  scopes!: string[];
}

/** Who holds a service key. */
class ServiceKeyHolderDto {
  @UuidField()
  keyId!: string;

  @TextField({ max: 100, example: 'Shop front end' })
  name!: string;

  @SlugField({ example: 'shop' })
  clientId!: string;

  @UuidField({ description: 'Pseudonym under which its acts are recorded.' })
  actorId!: string;

  @ArrayField(oneOf(apiScopes))
  scopes!: string[];
}

/** A new service key with its secret, which is shown this once. */
export class ServiceKeyCreatedDto extends ServiceKeyHolderDto {
  @TextField({ max: 100, example: 'grf_…' })
  secret!: string;
}

/** A service key without its secret. */
export class ServiceKeyDto extends ServiceKeyHolderDto {
  @InstantField()
  createdAt!: string;

  @InstantField({ optional: true })
  expiresAt?: string;

  @InstantField({ optional: true })
  revokedAt?: string;
}

/** Every service key. */
export class ServiceKeysDto {
  @NestedField(() => ServiceKeyDto, { array: true, max: 10_000 })
  items!: ServiceKeyDto[];
}

/** A service key that is no longer valid. */
export class ServiceKeyRevokedDto {
  @UuidField()
  keyId!: string;

  @BoolField()
  revoked!: boolean;
}
