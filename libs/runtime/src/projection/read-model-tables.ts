import type { ClientBase, Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type { Build } from './checkpoints.js';
import type { EntityClass, Projection } from './projection.js';
import type { RowFold } from './row-fold.js';
import { createTables, dropTables, grantTables } from './table-ddl.js';
import { liveSchemaOf, tableShapeOf, type TableShape } from './table-shape.js';
import { TableStatements } from './table-statements.js';

/** The role under which commands and queries run, if the installation has one of its own for them. */
export const APP_ROLE = 'greffe_app';

/** The tables of one build of a projection. */
export class ReadModelTables {
  readonly schema: string;
  readonly shapes: ReadonlyMap<EntityClass, TableShape>;
  private readonly statements: ReadonlyMap<TableShape, TableStatements>;

  constructor(dataSource: DataSource, projection: Projection, build: Build) {
    this.schema = schemaOf(projection.name, build);
    this.shapes = new Map(
      projection.entities.map((entity) => [entity, tableShapeOf(dataSource, projection.name, entity)]),
    );
    if (projection.sharding === 'by-subject') assertKeysLead(projection.name, [...this.shapes.values()]);
    this.statements = new Map(
      [...this.shapes.values()].map((table) => [table, new TableStatements(table, this.schema)]),
    );
  }

  /** Creates schema and tables anew; what stood there goes. Needs CREATE on the database. */
  async create(client: ClientBase): Promise<void> {
    await client.query(dropTables(this.schema));
    await client.query(createTables(this.schema, [...this.shapes.values()]));
    const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [APP_ROLE]);
    if (rowCount === 1) await client.query(grantTables(this.schema, APP_ROLE));
  }

  /** Whether all tables are there, of this build or of the other. */
  async exist(client: ClientBase | Pool, schema = this.schema): Promise<boolean> {
    const { rows } = await client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
       WHERE s.nspname = $1 AND c.relkind IN ('r', 'p') AND c.relname = ANY ($2)`,
      [schema, [...this.shapes.values()].map(({ name }) => name)],
    );
    return rows[0]?.n === this.shapes.size;
  }

  /** Loads the rows that the fold wants. */
  async load(client: ClientBase, fold: RowFold): Promise<void> {
    for (const [table, keys] of fold.wanted())
      fold.loaded(table, await this.of(table).loadRows(client, keys));
  }

  /** Writes what the fold changed. */
  async write(client: ClientBase, fold: RowFold): Promise<void> {
    for (const [table, { upserts, removals }] of fold.changes()) {
      const statements = this.of(table);
      // Removals first: a row that gives up a unique value may meet another that takes it in the same batch.
      if (removals.length > 0) await statements.removeRows(client, removals);
      if (upserts.length > 0) await statements.upsertRows(client, upserts);
    }
  }

  private of(table: TableShape): TableStatements {
    const statements = this.statements.get(table);
    if (statements === undefined) throw new Error(`Table ${table.name} is not one of ${this.schema}`);
    return statements;
  }
}

/** The schema in which the tables of a build stand. */
export function schemaOf(projection: string, build: Build): string {
  return build === 'live' ? liveSchemaOf(projection) : `${liveSchemaOf(projection)}_next`;
}

function assertKeysLead(projection: string, tables: readonly TableShape[]): void {
  const other = tables.find(({ key }) => key[0]?.name !== 'subject_id');
  if (other !== undefined)
    throw new Error(
      `Projection ${projection} is sharded by subject, but ${other.name} is not keyed by subject_id`,
    );
}
