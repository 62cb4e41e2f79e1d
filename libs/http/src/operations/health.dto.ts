import { BoolField, EnumField, InstantField, NestedField, TextField } from '../validation/fields.js';

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

/** Something that stands still although every dependency answers. */
export class HealthWarningDto {
  @EnumField(['role-missing'])
  code!: 'role-missing';

  @TextField({ max: 50, example: 'eraser', description: 'The role that no process has.' })
  role!: string;

  @InstantField({ optional: true, description: 'When a process last had it; absent: none ever had.' })
  since?: string;

  @TextField({ max: 300, example: 'no erasure is carried out' })
  standsStill!: string;
}

/** Every dependency answers. */
export class ReadinessDto extends LivenessDto {
  @NestedField(() => CheckedHealthDto, { array: true })
  checks!: readonly CheckedHealthDto[];

  @NestedField(() => HealthWarningDto, { array: true })
  warnings!: readonly HealthWarningDto[];
}
