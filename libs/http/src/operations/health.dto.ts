import { BoolField, EnumField, NestedField, TextField } from '../validation/fields.js';

/** The process is alive. */
export class LivenessDto {
  @EnumField(['ok'])
  status!: 'ok';
}

/** What a dependency says about itself. */
export class CheckedHealthDto {
  @TextField({ max: 50, example: 'database' })
  name!: string;

  @BoolField()
  ok!: boolean;

  @TextField({ max: 200, optional: true, description: 'No address, no credential, no person.' })
  detail?: string;
}

/** Every dependency answers. */
export class ReadinessDto extends LivenessDto {
  @NestedField(() => CheckedHealthDto, { array: true })
  checks!: readonly CheckedHealthDto[];
}
