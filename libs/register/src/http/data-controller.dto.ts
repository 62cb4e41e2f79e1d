import { AckDto, InstantField, IntField, TextField, UuidField } from '#http';
import { exampleController, exampleControllerId } from '../examples.js';

const COUNTRY = /^[A-Z]{2}$/;
const SIREN = /^[0-9]{9}$/;
const HTTPS = /^https:\/\//;

/** A data controller as it is declared: a legal person, never a brand. */
export class DataControllerDto {
  @TextField({ max: 200, description: 'Name of the legal person.', example: exampleController.legalName })
  legalName!: string;

  @TextField({
    max: 9,
    pattern: SIREN,
    meaning: '732829320',
    optional: true,
    description: 'Nine digits. It gives the data controller its id: one legal person, one data controller.',
    example: exampleController.siren ?? null,
  })
  siren?: string;

  @TextField({ max: 400, optional: true, example: exampleController.address ?? null })
  address?: string;

  @TextField({
    max: 2,
    pattern: COUNTRY,
    meaning: 'FR',
    description: 'ISO 3166-1 alpha-2. Outside the EEA a representative is needed (Art. 27).',
    example: exampleController.country,
  })
  country!: string;

  @TextField({
    max: 500,
    pattern: HTTPS,
    meaning: 'https://…',
    optional: true,
    description: 'Page where a person reaches the organisation; never the address of a person.',
    example: exampleController.contactUrl ?? null,
  })
  contactUrl?: string;

  @UuidField({ optional: true, description: 'Actor who is the data protection officer.' })
  dpoActorId?: string;

  @UuidField({ optional: true, description: 'Actor who represents it in the Union (Art. 27).' })
  representativeActorId?: string;

  @InstantField({ notFuture: true, optional: true, description: 'Since when it has been so; default: now.' })
  occurredAt?: string;
}

/** Answer to a declaration. */
export class DataControllerAckDto extends AckDto {
  @UuidField({ example: exampleControllerId })
  controllerId!: string;
}

/** A data controller as it is described now. */
export class DataControllerViewDto extends DataControllerDto {
  @UuidField({ example: exampleControllerId })
  controllerId!: string;

  @InstantField({ description: 'Since when this description stands.' })
  describedAt!: string;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, description: 'What `If-Match` must name.' })
  revision!: number;
}
