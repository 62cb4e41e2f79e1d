import type { DataSource, EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { IndexMetadata } from 'typeorm/metadata/IndexMetadata.js';
import type { EntityClass } from './projection.js';

/** How values of a column look in a `Row`, whatever the driver gives. */
export type ColumnKind =
  | 'uuid'
  | 'text'
  /** `bigint` in a row. */
  | 'bigint'
  | 'integer'
  | 'smallint'
  | 'boolean'
  /** RFC 3339 text with milliseconds in a row. */
  | 'instant'
  /** `YYYY-MM-DD` in a row. */
  | 'day'
  | 'json'
  | 'bytes';

/** A column of a read model. */
export interface ColumnShape {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly sqlType: string;
  readonly isNullable: boolean;
  readonly comment: string | undefined;
}

/** An index of a read model, as `@Index` declares it. */
export interface IndexShape {
  readonly name: string;
  readonly columns: readonly string[];
  readonly isUnique: boolean;
  readonly where: string | undefined;
}

/** A table of a read model, derived from its entity; the schema is a parameter of every statement. */
export interface TableShape {
  readonly entity: EntityClass;
  /** Schema of the live build. */
  readonly schema: string;
  readonly name: string;
  readonly comment: string | undefined;
  readonly columns: readonly ColumnShape[];
  readonly key: readonly ColumnShape[];
  readonly indexes: readonly IndexShape[];
}

const KINDS: Readonly<Record<string, readonly [ColumnKind, string]>> = {
  uuid: ['uuid', 'uuid'],
  text: ['text', 'text'],
  'character varying': ['text', 'text'],
  bigint: ['bigint', 'bigint'],
  integer: ['integer', 'integer'],
  smallint: ['smallint', 'smallint'],
  boolean: ['boolean', 'boolean'],
  'timestamp with time zone': ['instant', 'timestamptz'],
  date: ['day', 'date'],
  jsonb: ['json', 'jsonb'],
  bytea: ['bytes', 'bytea'],
};

/** The schema in which the live tables of a projection stand. */
export function liveSchemaOf(projection: string): string {
  return `rm_${projection.replaceAll('-', '_')}`;
}

/**
 * The table of an entity of a projection. Throws `Error` for what a read model cannot have: another schema than the
 * projection's own, no primary key, a column type whose values would not survive a rebuild unchanged.
 */
export function tableShapeOf(dataSource: DataSource, projection: string, entity: EntityClass): TableShape {
  const metadata = dataSource.getMetadata(entity);
  const schema = liveSchemaOf(projection);
  if (metadata.schema !== schema)
    throw new Error(`Entity ${metadata.name} of projection ${projection} must stand in schema ${schema}`);
  const columns = metadata.columns.map((column) => columnShape(dataSource, metadata, column));
  const keys = new Set(metadata.primaryColumns.map(({ databaseName }) => databaseName));
  if (keys.size === 0) throw new Error(`Entity ${metadata.name} has no primary key`);
  return {
    entity,
    schema,
    name: metadata.tableName,
    comment: metadata.comment,
    columns,
    key: columns.filter(({ name }) => keys.has(name)),
    indexes: metadata.indices.map(indexShape),
  };
}

function columnShape(dataSource: DataSource, owner: EntityMetadata, column: ColumnMetadata): ColumnShape {
  const type = dataSource.driver.normalizeType(column);
  const found = KINDS[type];
  if (found === undefined || column.isArray)
    throw new Error(`Column ${owner.name}.${column.databaseName} has type ${type}, which no read model uses`);
  const [kind, sqlType] = found;
  return {
    name: column.databaseName,
    kind,
    sqlType,
    isNullable: column.isNullable && !column.isPrimary,
    comment: column.comment,
  };
}

function indexShape(index: IndexMetadata): IndexShape {
  return {
    name: index.name,
    columns: index.columns.map(({ databaseName }) => databaseName),
    isUnique: index.isUnique,
    where: index.where,
  };
}
