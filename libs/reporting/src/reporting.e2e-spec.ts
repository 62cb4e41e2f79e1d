import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contactsProjections } from '#contacts';
import { parisDay, type Uuid } from '#kernel';
import { registerProjections } from '#register';
import { ProjectionControl, ReadSide } from '#runtime';
import { anyHistory } from '../../contacts/src/any-history.fixture.js';
import { consentGiven, saidNo } from '../../contacts/src/consent-facts.fixture.js';
import {
  appendFacts,
  asLedgerEvents,
  CONTROLLER,
  day,
  fixtureCodec,
  PURPOSES,
  type Fact,
} from '../../contacts/src/contacts.fixture.js';
import { purposeFact } from '../../contacts/src/register-facts.fixture.js';
import { erasure } from '../../contacts/src/rights-facts.fixture.js';
import { registered } from '../../contacts/src/subject-facts.fixture.js';
import { replayRows } from '../../contacts/src/application/row-store.js';
import { contactState } from '../../contacts/src/domain/contact-state.js';
import { contactFactsOf } from '../../contacts/src/read-model/contact-rows.js';
import { contactStateProjection } from '../../contacts/src/read-model/contact-state.projection.js';
import { ReportsController } from './http/reports.controller.js';
import { openReportingLedger, type ReportingLedger } from './reporting.harness.js';
import { reportingProjections } from './reporting.module.js';
import { STANDING_CELLS } from './sql/functions.js';
import { reportingViews } from './sql/views.js';

// Goal: an analyst gets true figures and never a person: not by a small count, not by a difference, not by another door.
// Method: read models on a real PostgreSQL; a login of the analysts that tries everything else.

const projections = [...contactsProjections, ...registerProjections, ...reportingProjections];
let ledger: ReportingLedger;
beforeAll(async () => {
  ledger = await openReportingLedger(fixtureCodec, projections);
  await appendFacts(ledger.store, [
    purposeFact(),
    purposeFact({ purposeId: PURPOSES[1] ?? '', code: 'partners' }),
  ]);
  await ledger.caughtUp();
});
afterAll(() => ledger.close());

interface Cell {
  readonly purpose_id: string;
  readonly channel: string;
  readonly proof_grade: string;
  readonly subjects: string | null;
}

async function cells(): Promise<Map<string, string | null>> {
  const { rows } = await ledger.analyst.query<Cell>('SELECT * FROM reporting.standing_consents_v1');
  return new Map(rows.map((row) => [`${row.purpose_id} ${row.channel} ${row.proof_grade}`, row.subjects]));
}

const people = (count: number, on: string): readonly Fact[] =>
  Array.from({ length: count }, () => randomUUID()).flatMap((id) => [
    registered(id),
    consentGiven(id, {
      channel: on,
      contactPointIds: on === 'post' ? [] : ['0a6f3c1e-2b4d-4c8e-9f10-0000000000a1'],
    }),
  ]);

describe('standing consents', () => {
  it('are suppressed below five, and rounded down above, whoever is missing', async () => {
    await appendFacts(ledger.store, [...people(4, 'email'), ...people(9, 'sms-mms'), ...people(5, 'push')]);
    await ledger.caughtUp();
    const found = await cells();
    expect(found.get(`${PURPOSES[0] ?? ''} email weak`)).toBeNull();
    expect(found.get(`${PURPOSES[0] ?? ''} post weak`)).toBeNull();
    expect(found.get(`${PURPOSES[0] ?? ''} sms-mms weak`)).toBe('5');
    // Not offered by the purpose any more, and large enough to be told.
    expect(found.get(`${PURPOSES[0] ?? ''} push weak`)).toBe('5');
    expect(found.has(`${PURPOSES[0] ?? ''} push strong`)).toBe(false);
  });

  it('show nobody’s act by a difference: a cell moves by five or not at all', async () => {
    const before = (await cells()).get(`${PURPOSES[0] ?? ''} email weak`);
    const seen: (string | null | undefined)[] = [before];
    for (let n = 0; n < 6; n += 1) {
      await appendFacts(ledger.store, people(1, 'email'));
      await ledger.caughtUp();
      seen.push((await cells()).get(`${PURPOSES[0] ?? ''} email weak`));
    }
    expect(seen).toEqual([null, '5', '5', '5', '5', '5', '10']);
  });

  it('have no total, from which a suppressed cell could be subtracted', async () => {
    const { rows } = await ledger.analyst.query('SELECT * FROM reporting.standing_consents_v1');
    expect(
      rows.filter((row: Cell) => [row.channel, row.proof_grade, row.purpose_id].includes('all')),
    ).toEqual([]);
  });

  it('are exactly what the contact state says of each person', async () => {
    const expected = await exactCells();
    const history = fc.constant(null).chain(() => anyHistory(randomUUID()));
    const histories = fc.array(history, { minLength: 30, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(histories, async (all) => {
        await appendFacts(ledger.store, all.flat());
        await ledger.caughtUp();
        for (const cell of expectedCells(all.flat())) expected.set(cell, (expected.get(cell) ?? 0) + 1);
        expect(await exactCells()).toEqual(expected);
      }),
      { numRuns: 6, endOnFailure: true },
    );
    expect(expected.size).toBeGreaterThan(4);
  });

  it('leave out the erased and those of whom an event could not be read', async () => {
    const [erased, broken] = [randomUUID(), randomUUID()];
    const before = await exactCells();
    await appendFacts(ledger.store, [
      ...[registered(erased), consentGiven(erased), ...erasure(erased)],
      ...[registered(broken), consentGiven(broken)],
    ]);
    await ledger.store.append(`consent-${broken}`, { kind: 'revision', revision: 0n }, [
      { id: randomUUID(), type: 'ConsentWithdrawn', data: { nothing: 'fits' }, metadata: {} },
    ]);
    await ledger.caughtUp();
    expect(await exactCells()).toEqual(before);
  });

  it('end with a "no" of the same instant, and with one that is wider than the question', async () => {
    const before = await exactCells();
    const nos = [
      {},
      { purposeId: 'all' },
      { purposeId: 'unknown', channel: 'all' },
      { controllerId: CONTROLLER },
    ];
    for (const no of nos) {
      const id = randomUUID();
      const consent = consentGiven(id, { at: day(10) });
      await appendFacts(ledger.store, [registered(id), consent, saidNo(id, { ...no, at: day(10) })]);
    }
    await ledger.caughtUp();
    expect(await exactCells()).toEqual(before);
    const [id, other] = [randomUUID(), randomUUID()];
    await appendFacts(ledger.store, [
      ...[registered(id), saidNo(id, { at: day(9) }), consentGiven(id, { at: day(10) })],
      ...[registered(other), consentGiven(other), saidNo(other, { channel: 'post' })],
    ]);
    await ledger.caughtUp();
    const cell = `${PURPOSES[0] ?? ''} email weak`;
    expect((await exactCells()).get(cell)).toBe((before.get(cell) ?? 0) + 2);
  });

  it('are served as JSON to those who have no SQL at hand', async () => {
    const report = await new ReportsController(new ReadSide(ledger.app)).standingConsents();
    expect(report).toMatchObject({ minimumCell: 5, roundedTo: 5, holdsUntil: expect.any(String) });
    expect(report.items).toContainEqual({
      purposeId: PURPOSES[0],
      purposeCode: 'newsletter',
      purposeName: 'Lettre',
      channel: 'email',
      proofGrade: 'strong',
      suppressed: true,
    });
    expect(report.items.find(({ subjects }) => subjects !== undefined)?.suppressed).toBe(false);
  });
});

/** The cells without their disguise, by the same SQL. */
async function exactCells(): Promise<Map<string, number>> {
  const { rows } = await ledger.app.query<{ cell: string; n: string }>(
    `${STANDING_CELLS} SELECT concat_ws(' ', purpose_id, channel, grade) AS cell, n FROM cell ORDER BY 1`,
  );
  return new Map(rows.map(({ cell, n }) => [cell, Number(n)]));
}

/** The cells of some people by the rule of the contact state; one entry per person and cell. */
function expectedCells(facts: readonly Fact[]): readonly string[] {
  const rowsOf = replayRows(contactStateProjection, asLedgerEvents(facts));
  const subjectIds = new Set(facts.map(({ data }) => data['subjectId'] as Uuid));
  return [...subjectIds].flatMap((subjectId) => {
    const mine = contactFactsOf((entity) => rowsOf(entity).filter((row) => row['subject_id'] === subjectId));
    const { choices, status } = contactState(mine, new Date().toISOString());
    const standing = status === 'erased' ? [] : choices.filter(({ state }) => state === 'given');
    return standing.map(
      ({ purposeId, channel, proofGrade }) => `${purposeId} ${channel} ${proofGrade ?? ''}`,
    );
  });
}

describe('acts per day', () => {
  it('count what the ledger recorded, by Paris days, small days left out', async () => {
    const ids = Array.from({ length: 7 }, () => randomUUID());
    // 23:30 UTC is the next day in Paris, in winter.
    const late = '2024-02-10T23:30:00.000Z';
    await appendFacts(ledger.store, [
      ...ids.map((id) => saidNo(id, { at: late })),
      ...ids.slice(0, 4).map((id) => registered(id, late)),
    ]);
    await ledger.caughtUp();
    const { rows } = await ledger.analyst.query(
      `SELECT event_type, acts FROM reporting.acts_per_day_v1 WHERE day = $1`,
      [parisDay(late)],
    );
    expect([parisDay(late), rows]).toEqual(['2024-02-11', [{ event_type: 'ConsentWithdrawn', acts: '5' }]]);
  });
});

describe('the register and freshness', () => {
  it('answer without rows, and current, while nothing is registered', async () => {
    const { rows: lines } = await ledger.analyst.query('SELECT * FROM reporting.register_lines_v1');
    expect(lines).toEqual([]);
    const { rows } = await ledger.analyst.query<{ read_model: string; is_current: boolean }>(
      'SELECT read_model, is_current FROM reporting.freshness_v1',
    );
    expect(rows.map(({ read_model: name }) => name).sort()).toEqual(
      projections.map(({ name }) => name).sort(),
    );
    expect(rows.every(({ is_current: isCurrent }) => isCurrent)).toBe(true);
  });
});

describe('the views', () => {
  it('outlive the rebuild of what they rest on', async () => {
    const before = await cells();
    const control = new ProjectionControl(ledger.app);
    await control.rebuild('contact-state');
    await control.rebuild('acts-per-day');
    expect(await cells()).toEqual(before);
    await appendFacts(ledger.store, people(5, 'fax'));
    await ledger.caughtUp();
    expect((await cells()).get(`${PURPOSES[0] ?? ''} fax weak`)).toBe('5');
  });

  it('answer nothing while what they rest on is not there', async () => {
    await ledger.app.query('BEGIN; DROP SCHEMA rm_acts_per_day CASCADE; COMMIT');
    expect((await ledger.analyst.query('SELECT * FROM reporting.acts_per_day_v1')).rows).toEqual([]);
  });

  it('are documented, every column', async () => {
    const { rows } = await ledger.analyst.query<{
      view: string;
      column: string | null;
      comment: string | null;
    }>(
      `SELECT c.relname AS view, a.attname AS column, col_description(c.oid, coalesce(a.attnum, 0)) AS comment
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
       WHERE n.nspname = 'reporting'`,
    );
    expect(rows.length).toBe(
      reportingViews.reduce((sum, { columns }) => sum + Object.keys(columns).length, 0),
    );
    expect(rows.filter(({ comment }) => comment === null || comment === '')).toEqual([]);
    const { rows: undocumented } = await ledger.analyst.query(
      `SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
       WHERE n.nspname = 'reporting' AND obj_description(c.oid) IS NULL`,
    );
    expect(undocumented).toEqual([]);
  });

  it('are made once, however many processes start', async () => {
    expect(await Promise.all([ledger.views.ensure(), ledger.views.ensure()])).toEqual([false, false]);
    await ledger.app.query(`COMMENT ON SCHEMA reporting_internal IS 'of an older program'`);
    const made = await Promise.all([ledger.views.ensure(), ledger.views.ensure(), ledger.views.ensure()]);
    expect(made.filter(Boolean)).toEqual([true]);
  });
});

describe('an analyst', () => {
  const denied = { code: '42501' };
  const tries = (sql: string) => ledger.analyst.query(sql);

  it('reads the views', async () => {
    for (const { name } of reportingViews)
      expect((await tries(`SELECT * FROM reporting.${name}`)).fields.length).toBeGreaterThan(2);
  });

  it('reads no other table, view or sequence of any schema', async () => {
    const { rows } = await ledger.admin.query<{ relation: string; schema: string }>(
      `SELECT format('%I.%I', n.nspname, c.relname) AS relation, n.nspname AS schema
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
         AND n.nspname NOT IN ('reporting', 'pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'`,
    );
    const schemas = new Set(rows.map(({ schema }) => schema));
    for (const schema of [
      'rm_contact_state',
      'rm_timeline',
      'rm_access_log',
      'rm_register',
      'audit',
      'ops',
      'es',
      'ks',
    ])
      expect([schema, schemas.has(schema)]).toEqual([schema, true]);
    for (const { relation } of rows)
      await expect(tries(`SELECT * FROM ${relation}`)).rejects.toMatchObject(denied);
  });

  it('does not learn exact counts from how a query runs', async () => {
    const { rows } = await tries(
      `EXPLAIN (ANALYZE, VERBOSE, COSTS OFF, SUMMARY OFF, TIMING OFF)
       SELECT * FROM reporting.standing_consents_v1 WHERE channel = 'email'`,
    );
    const plan = rows.map((row: Record<string, string>) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('Function Scan on reporting_internal.standing_consents');
    expect(plan).not.toMatch(/rm_|Seq Scan|Index|Aggregate/);
  });

  it('calls none of what stands behind the views, nor functions of other schemas', async () => {
    await expect(tries('SELECT * FROM reporting_internal.standing_consents()')).rejects.toMatchObject(denied);
    const { rows } = await ledger.admin.query<{ call: string }>(
      `SELECT format('%I.%I', n.nspname, p.proname) AS call FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND p.prokind = 'f' AND p.pronargs = 0`,
    );
    for (const { call } of rows) await expect(tries(`SELECT ${call}()`)).rejects.toMatchObject(denied);
  });

  it('changes nothing and makes nothing', async () => {
    for (const sql of [
      'INSERT INTO reporting.acts_per_day_v1 VALUES (now(), $$a$$, 1)',
      'DELETE FROM reporting.standing_consents_v1',
      'CREATE VIEW reporting.mine AS SELECT 1',
      'CREATE TABLE reporting.mine (n int)',
      'CREATE TABLE public.mine (n int)',
      'CREATE SCHEMA mine',
      'CREATE OR REPLACE VIEW reporting.acts_per_day_v1 AS SELECT 1',
      'DROP VIEW reporting.acts_per_day_v1',
      'GRANT greffe_analyst TO postgres',
      `COPY reporting.acts_per_day_v1 TO PROGRAM 'cat'`,
      `SELECT pg_read_file('postgresql.conf')`,
      `SELECT lo_import('/etc/hostname')`,
    ])
      await expect(tries(sql)).rejects.toMatchObject({ code: expect.stringMatching(/^(42501|55000)$/) });
  });

  it('sees nobody else’s queries', async () => {
    await ledger.app.query(`SELECT 'of the application'`);
    const { rows } = await tries(`SELECT query FROM pg_stat_activity WHERE usename <> current_user`);
    const texts = rows.map(({ query }: { query: string }) => query);
    expect(texts.length).toBeGreaterThan(0);
    expect(texts.filter((text) => text !== '<insufficient privilege>' && text !== '')).toEqual([]);
    const stats = await tries(
      `SELECT count(*)::int AS n FROM pg_stats WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(stats.rows).toEqual([{ n: 0 }]);
  });

  it('cannot become somebody else', async () => {
    const { rows } = await ledger.app.query<{ role: string }>('SELECT current_user AS role');
    for (const role of [rows[0]!.role, 'postgres', 'pg_read_all_data'])
      await expect(tries(`SET ROLE ${role}`)).rejects.toMatchObject(denied);
  });
});
