import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { ParkedEvents, PG_POOL, type EntityClass, type Row } from '#runtime';
import type { ContactFacts } from '../domain/contact-facts.js';
import { onReadModel } from './available.js';
import { contactFactsOf, type RowsOf } from './contact-rows.js';
import { ConsentRequestRow } from './consent-request.entity.js';
import {
  ConsentRow,
  ContactPointRow,
  LinkRow,
  NoRow,
  RestrictionRow,
  SubjectRow,
} from './contact-state.entity.js';
import { RelationshipRow } from './relationship.entity.js';
import { SolicitationRow } from './solicitation.entity.js';

/** Tables of one person, under the aliases that the statement gives them. */
const TABLES: Readonly<Record<string, EntityClass>> = {
  subject: SubjectRow,
  contact_point: ContactPointRow,
  consent: ConsentRow,
  no: NoRow,
  restriction: RestrictionRow,
  link: LinkRow,
  relationship: RelationshipRow,
  solicitation: SolicitationRow,
  consent_request: ConsentRequestRow,
};

const ALL_OF_A_SUBJECT = `SELECT ${Object.keys(TABLES)
  .map(
    (table) =>
      `(SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]') FROM rm_contact_state.${table} t WHERE subject_id = $1) AS ${table}`,
  )
  .join(', ')}`;

/** The rows of one person by table, from a statement that answers each table as a list under its alias. */
function rowsOfTables(answer: Readonly<Record<string, readonly Row[]>>): RowsOf {
  const tables = new Map(Object.entries(TABLES).map(([name, entity]) => [entity, answer[name] ?? []]));
  return (entity) => tables.get(entity) ?? [];
}

/** How a person stands in the read model, in short. */
export interface SubjectStanding {
  /** Something is known of the person. */
  readonly isKnown: boolean;
  /** The identity is past the point of no return. */
  readonly isErased: boolean;
  /** An event of the person could not be read: what the read model says is incomplete. */
  readonly isParked: boolean;
}

/** Reads the rows of one person. One statement: all tables as of one moment. */
@Injectable()
export class ContactStateQuery {
  private readonly parked: ParkedEvents;

  constructor(@Inject(PG_POOL) private readonly pool: Pool) {
    this.parked = new ParkedEvents(pool, 'contact-state');
  }

  /** Everything that the read model holds of a person. */
  async factsOf(subjectId: string): Promise<ContactFacts> {
    const statement = { name: 'contact-state-of-subject', text: ALL_OF_A_SUBJECT, values: [subjectId] };
    const { rows } = await onReadModel(() => this.pool.query<Record<string, readonly Row[]>>(statement));
    return contactFactsOf(rowsOfTables(rows[0] ?? {}));
  }

  /** Whether the person is known, erased, or has an event that could not be read. */
  async standingOf(subjectId: string): Promise<SubjectStanding> {
    const statement = {
      name: 'contact-standing-of-subject',
      text: 'SELECT is_erased FROM rm_contact_state.subject WHERE subject_id = $1',
      values: [subjectId],
    };
    const [isParked, { rows }] = await Promise.all([
      this.isParked(subjectId),
      onReadModel(() => this.pool.query<{ is_erased: boolean }>(statement)),
    ]);
    return { isKnown: rows.length > 0, isErased: rows[0]?.is_erased ?? false, isParked };
  }

  /** Who named a relation to the person, by now or before. */
  async linkedFrom(subjectId: string): Promise<readonly string[]> {
    const statement = {
      name: 'contact-linked-from',
      text: `SELECT DISTINCT other_subject_id FROM rm_contact_state.link
              WHERE subject_id = $1 AND direction = 'from'`,
      values: [subjectId],
    };
    const { rows } = await onReadModel(() => this.pool.query<{ other_subject_id: string }>(statement));
    return rows.map((row) => row.other_subject_id);
  }

  /** Whether an event of the person could not be read, so that what is said of them is incomplete. */
  async isParked(subjectId: string): Promise<boolean> {
    return (await this.parked.among([subjectId])).has(subjectId);
  }
}
