import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { BoolField, EnumField, InstantField, IntField, NestedField, SlugField, TextField } from '#http';

const COUNT = { min: 0, max: Number.MAX_SAFE_INTEGER } as const;
const PHASES = ['requested', 'building', 'comparing', 'switching', 'done', 'failed'] as const;

/** The newest rebuild of a read model. */
export class RebuildDto {
  @TextField({ max: 100, example: 'contact-state' })
  projection!: string;

  @EnumField(PHASES)
  phase!: string;

  @IntField({ ...COUNT, optional: true })
  version?: number;

  @IntField({ ...COUNT, description: 'Events read so far.' })
  done!: number;

  @IntField({ ...COUNT, description: 'Events to read.' })
  total!: number;

  @ApiProperty({ type: 'number', description: 'Events per second.' })
  rate!: number;

  @ApiPropertyOptional({ type: 'number', description: 'Seconds left at this rate.' })
  etaSeconds?: number;

  @InstantField()
  requestedAt!: string;

  @InstantField({ optional: true })
  endedAt?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'How the new build compares with the live one.',
  })
  comparison?: object;

  @TextField({ max: 1000, optional: true, description: 'Why it was given up.' })
  problem?: string;
}

/** How far one shard of a read model is. */
export class ShardDto {
  @IntField({ min: 0, max: 63, description: 'Number of the shard.' })
  shard!: number;

  @TextField({ max: 200, optional: true, description: 'Place in the log.' })
  position?: string;

  @IntField({ ...COUNT, description: 'Events it has passed.' })
  done!: number;

  @IntField({ ...COUNT, description: 'Events that the foremost reader has passed and it has not.' })
  behind!: number;

  @InstantField()
  movedAt!: string;
}

/** How far a read model or reactor is: as far as the last of its shards. */
export class ProjectionDto {
  @TextField({ max: 100, example: 'contact-state' })
  name!: string;

  @IntField(COUNT)
  version!: number;

  @TextField({ max: 200, optional: true, description: 'Place in the log.' })
  position?: string;

  @IntField({ ...COUNT, description: 'Events it has passed.' })
  done!: number;

  @IntField({ ...COUNT, description: 'Events the foremost reader has passed.' })
  total!: number;

  @InstantField()
  movedAt!: string;

  @IntField({ ...COUNT, description: 'Events it could not take.' })
  parked!: number;

  @NestedField(() => RebuildDto, { optional: true })
  rebuild?: RebuildDto;

  @NestedField(() => ShardDto, { array: true, max: 64 })
  shards!: ShardDto[];
}

/** Every read model and reactor. */
export class ProjectionsDto {
  @NestedField(() => ProjectionDto, { array: true, max: 1000 })
  items!: ProjectionDto[];
}

/** A rebuild that will begin. */
export class RebuildRequestedDto {
  @SlugField({ example: 'contact-state' })
  name!: string;

  @BoolField()
  requested!: boolean;
}
