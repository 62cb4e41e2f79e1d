import { ApiProperty, getSchemaPath } from '@nestjs/swagger';
import {
  BoolField,
  DayField,
  EnumField,
  InstantField,
  NestedField,
  PageQuery,
  TextField,
  UuidField,
} from '#http';
import { registerRoles, type RegisterRole } from '../contract.js';
import { exampleActivityId, exampleControllerId } from '../examples.js';
import { DataControllerDto } from './data-controller.dto.js';
import { ActivityEndingDto, ProcessingActivityDto } from './processing-activity.dto.js';

/** Which register, as of which day. */
export class RegisterQuery extends PageQuery {
  @EnumField(registerRoles, { fallback: 'controller', description: 'Register of Art. 30(1) or 30(2).' })
  role!: RegisterRole;

  @DayField({ optional: true, description: 'As of the end of this Paris day; default: as it stands.' })
  at?: string;

  @InstantField({
    optional: true,
    notFuture: true,
    description:
      'What the ledger knew then; everything known today if absent. Given alone, it also names the day. At least a minute ago, because an act received before may still be recorded.',
  })
  knownAs?: string;
}

/** A text in the two languages of the product. */
export class LabelDto {
  @TextField({ max: 200, example: 'Délai d’effacement de la catégorie de données' })
  fr!: string;

  @TextField({ max: 200, example: 'Time limit for erasure of the category of data' })
  en!: string;
}

/** An element of Art. 30 that a line lacks. */
export class MissingElementDto {
  @TextField({ max: 100, example: 'retention' })
  element!: string;

  @TextField({ max: 20, example: '30(1)(f)' })
  article!: string;

  @EnumField(['always', 'where-possible', 'where-applicable'])
  necessity!: string;

  @NestedField(() => LabelDto)
  label!: LabelDto;

  @TextField({
    max: 200,
    optional: true,
    description: 'Place in the line.',
    example: '/dataCategories/0/retention',
  })
  pointer?: string;
}

/** A data controller that a line names. */
export class LineControllerDto extends DataControllerDto {
  @UuidField({ example: exampleControllerId })
  controllerId!: string;
}

/** A line of the register with its organisation and what it lacks. */
export class RegisterLineDto extends ProcessingActivityDto {
  @UuidField({ example: exampleActivityId })
  activityId!: string;

  @NestedField(() => LineControllerDto, { optional: true })
  controller?: LineControllerDto;

  @NestedField(() => LineControllerDto, { array: true })
  jointControllers!: LineControllerDto[];

  @InstantField()
  recordedAt!: string;

  @InstantField()
  describedAt!: string;

  @NestedField(() => ActivityEndingDto, { optional: true, description: 'Ended; the line stays.' })
  ending?: ActivityEndingDto;

  @BoolField({ description: 'Nothing is missing that Art. 30 asks of every line.' })
  complete!: boolean;

  @NestedField(() => MissingElementDto, { array: true })
  missing!: MissingElementDto[];
}

/** A table of the vocabulary: each code with its words. */
const TableField = (): PropertyDecorator =>
  ApiProperty({ type: 'object', additionalProperties: { $ref: getSchemaPath(LabelDto) } });

/** Every code of the register spelled out. */
export class VocabularyDto {
  @TableField() roles!: object;
  @TableField() lawfulBases!: object;
  @TableField() purposeKinds!: object;
  @TableField() subjectCategories!: object;
  @TableField() dataCategories!: object;
  @TableField() recipientTypes!: object;
  @TableField() transferSafeguards!: object;
  @TableField() securityMeasureTypes!: object;
  @TableField() activityEndings!: object;
}
