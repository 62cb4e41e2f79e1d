import {
  AckDto,
  BoolField,
  EnumField,
  InstantField,
  IntField,
  NestedField,
  TextField,
  UuidField,
} from '#http';

const COUNT = { min: 0, max: Number.MAX_SAFE_INTEGER };
const MAX_NODES = 100;
/** So many runs are listed, newest first. */
export const MAX_LISTED_RUNS = 100;

/** A purge that was asked for. */
export class PurgeRequestedDto extends AckDto {
  @UuidField()
  runId!: string;
}

/** What a run came to on one node of the event store. */
export class PurgedNodeDto {
  @TextField({ max: 255, example: 'postgresql' })
  node!: string;

  @IntField({ ...COUNT, description: 'How often it was purged; 0: it was only searched.' })
  runs!: number;

  @IntField({ ...COUNT, description: 'Streams found again that had been proven gone.' })
  foundBefore!: number;

  @IntField({ ...COUNT, description: 'Closed streams of which something is still there.' })
  remaining!: number;
}

/** How far a run is. */
export class PurgeProgressDto {
  @TextField({ max: 255, example: 'postgresql' })
  node!: string;

  @IntField(COUNT)
  done!: number;

  @IntField(COUNT)
  total!: number;
}

/** A purge of the event store, or a search for what must be gone. */
export class PurgeRunDto {
  @UuidField()
  runId!: string;

  @EnumField(['requested', 'running', 'recorded'])
  state!: string;

  @BoolField({ description: 'Nothing had to be removed: the nodes were only searched.' })
  onlySearch!: boolean;

  @InstantField({ optional: true })
  requestedAt?: string;

  @EnumField(['stream-scavenge', 'physical-delete'], { optional: true })
  technique?: string;

  @InstantField({ optional: true })
  startedAt?: string;

  @InstantField({ optional: true })
  endedAt?: string;

  @NestedField(() => PurgedNodeDto, { array: true, max: MAX_NODES, optional: true })
  nodes?: readonly PurgedNodeDto[];

  @NestedField(() => PurgeProgressDto, { optional: true })
  progress?: PurgeProgressDto;

  @IntField({ ...COUNT, optional: true, description: 'Tries that failed; it is tried again.' })
  failures?: number;
}

/** Purges, newest first. */
export class PurgeRunsDto {
  @NestedField(() => PurgeRunDto, { array: true, max: MAX_LISTED_RUNS })
  items!: readonly PurgeRunDto[];
}
