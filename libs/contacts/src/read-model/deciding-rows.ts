import type { DecidingFacts } from '../domain/deciding-facts.js';
import { instant } from './column-values.js';

/** A table of which one row tells one fact. */
interface Table {
  /** Columns by the members of the fact. */
  readonly columns: Readonly<Record<string, string>>;
  /** Members that are instants. */
  readonly instants: readonly string[];
}

const place = { eventId: 'event_id', revision: 'revision' };

/** What is read of the tables that decide; a person is their `subjectId`. */
export const DECIDING_TABLES = {
  subject: {
    columns: {
      ...{ audience: 'audience', collection: 'collection', registeredAt: 'registered_at' },
      ...{ isErased: 'is_erased', informed: 'informed' },
      ...{ subject: 'subject_revision', consent: 'consent_revision', rights: 'rights_revision' },
      ...{ relationship: 'relationship_revision', solicitation: 'solicitation_revision' },
      information: 'information_revision',
    },
    instants: ['registeredAt'],
  },
  contact_point: {
    columns: {
      ...{ contactPointId: 'contact_point_id', kind: 'kind', use: 'use', timeZone: 'time_zone' },
      state: 'state',
    },
    instants: [],
  },
  consent: {
    columns: {
      ...{ ...place, consentId: 'consent_id', purposeId: 'purpose_id', channel: 'channel' },
      ...{ controllerId: 'controller_id', contactPointIds: 'contact_point_ids', givenAt: 'given_at' },
      ...{ validUntil: 'valid_until', grade: 'grade', goodsNature: 'goods_nature' },
      ...{ namedRecipientIds: 'named_recipient_ids', acceptedSlots: 'accepted_slots', age: 'age' },
      ...{ hasParentalConsent: 'has_parental_consent', noticeId: 'notice_id', version: 'notice_version' },
      endings: 'endings',
    },
    instants: ['givenAt', 'validUntil'],
  },
  no: {
    columns: {
      ...{ ...place, kind: 'kind', purposeId: 'purpose_id', channel: 'channel' },
      ...{ controllerId: 'controller_id', at: 'at' },
    },
    instants: ['at'],
  },
  restriction: { columns: { ...place, purposeIds: 'purpose_ids', state: 'state' }, instants: [] },
  relationship: {
    columns: {
      ...{ ...place, controllerId: 'controller_id', kind: 'kind', contractId: 'contract_id', at: 'at' },
      ...{ productCategories: 'product_categories', contactCollection: 'contact_collection' },
    },
    instants: ['at'],
  },
  solicitation: {
    columns: {
      ...{ ...place, attemptId: 'attempt_id', controllerId: 'controller_id', channel: 'channel' },
      ...{ state: 'state', outcome: 'outcome', at: 'at', expiresAt: 'expires_at' },
    },
    instants: ['at', 'expiresAt'],
  },
} as const satisfies Readonly<Record<string, Table>>;

/** Tables that decide. */
export type DecidingTable = keyof typeof DECIDING_TABLES;
export const decidingTables = Object.keys(DECIDING_TABLES) as readonly DecidingTable[];

/** A row as JSON of PostgreSQL tells it, by the names of the fact. */
export interface ToldRow {
  readonly subjectId: string;
  [member: string]: unknown;
}

/** The rows of each table, of everybody who was asked for; `null`: none. */
export type ToldTables = Readonly<Record<DecidingTable, readonly ToldRow[] | null>>;

type Writable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer I)[] ? I[] : T[K] };

/** What decides about each of these people. */
export function decidingFactsOf(
  subjectIds: readonly string[],
  tables: ToldTables,
): ReadonlyMap<string, DecidingFacts> {
  const people = new Map<string, Writable<DecidingFacts>>();
  for (const subjectId of subjectIds) people.set(subjectId, blankFacts());
  for (const [table, add] of Object.entries(ADDED) as [DecidingTable, Added][]) {
    const { instants } = DECIDING_TABLES[table];
    for (const row of tables[table] ?? []) {
      for (const member of instants) row[member] = instantOf(row[member] as string | null);
      const facts = people.get(row.subjectId);
      if (facts !== undefined) add(facts, row as never);
    }
  }
  return people;
}

type Added = (facts: Writable<DecidingFacts>, row: never) => void;

/** How the row of a table is added to the facts. Its members are those of the fact but for what is laid out anew here. */
const ADDED: Readonly<Record<DecidingTable, Added>> = {
  subject: (facts, row: ToldSubject) => {
    const { audience, collection, registeredAt, isErased, informed } = row;
    const { subject, consent, rights, relationship, solicitation, information } = row;
    const revisions = { subject, consent, rights, relationship, solicitation, information };
    facts.subject = { audience, collection, registeredAt, isErased, revisions };
    facts.informed = informed;
  },
  contact_point: (facts, row: DecidingFacts['contactPoints'][number]) => facts.contactPoints.push(row),
  consent: (facts, row: ToldConsent) => {
    row.notice = { noticeId: row.noticeId, version: row.version };
    facts.consents.push(row);
  },
  no: (facts, row: DecidingFacts['nos'][number]) => facts.nos.push(row),
  restriction: (facts, row: DecidingFacts['restrictions'][number]) => facts.restrictions.push(row),
  relationship: (facts, row: DecidingFacts['relationships'][number]) => facts.relationships.push(row),
  solicitation: (facts, row: DecidingFacts['solicitations'][number]) => facts.solicitations.push(row),
};

type Subject = NonNullable<DecidingFacts['subject']>;
type ToldSubject = Omit<Subject, 'revisions'> &
  Subject['revisions'] & { readonly informed: Writable<DecidingFacts>['informed'] };
type Consent = DecidingFacts['consents'][number];
type ToldConsent = Omit<Consent, 'notice'> &
  Consent['notice'] & {
    notice: Consent['notice'];
  };

function blankFacts(): Writable<DecidingFacts> {
  return {
    ...{ subject: undefined, contactPoints: [], consents: [], nos: [], restrictions: [] },
    ...{ relationships: [], solicitations: [], informed: [] },
  };
}

/** Length of `2026-11-22T15:22:55.619+00:00`. */
const USUAL_LENGTH = 29;
const UTC = '+00:00';

/** The instant of a timestamp as JSON of PostgreSQL writes it: mostly in UTC, to the millisecond. */
function instantOf(told: string | null): string | null {
  if (told === null) return null;
  const isUsual = told.length === USUAL_LENGTH && told.endsWith(UTC);
  return isUsual ? `${told.slice(0, -UTC.length)}Z` : instant(told);
}
