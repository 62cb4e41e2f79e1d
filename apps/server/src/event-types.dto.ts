import { ApiProperty } from '@nestjs/swagger';
import { TextField } from '#http';

/** JSON Schemas of all event types. */
export class EventTypesDto {
  @TextField({ max: 200, example: 'https://json-schema.org/draft/2020-12/schema' })
  $schema!: string;

  @TextField({ max: 200 })
  title!: string;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'object', additionalProperties: true } })
  $defs!: object;
}
