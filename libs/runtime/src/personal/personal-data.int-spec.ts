import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  InMemoryEventStore,
  PostgresEventStore,
  Unavailable,
  migrateEventStore,
  type EventStore,
} from '#event-store';
import { Personal, type JsonObject, type Scope, type Uuid } from '#kernel';
import { KeysNotReconciled, SubjectErased, openKeyStore } from '#subject-keys';
import type { CommandContext } from '../command/command-context.js';
import { openTestLedger, type TestLedger } from '../command/command-log.harness.js';
import { contextOf, specCodec, writePath } from '../command/write-path.harness.js';
import type { WritePathProbe } from '../command/write-path-probe.js';
import { randomIds, systemClock } from '../nest/system.js';
import { KeyDeclaration } from './key-declaration.js';
import { PersonalData, type OpenedPersonal } from './personal-data.js';
import { SealedEntries } from './sealed-entries.js';

const ledgerId = '6b1c2f3e-90a4-4f56-8a57-1b0d3a1f2c01';
const ledger = { identity: () => ({ ledgerId, generation: ledgerId }) };

let test: TestLedger;
let postgres: PostgresEventStore;
beforeAll(async () => {
  test = await openTestLedger();
  await migrateEventStore(test.ledger.pool);
  postgres = new PostgresEventStore({ connectionString: test.ledger.url });
});
afterAll(async () => {
  await postgres.shutdown();
  await test.close();
});

/** One process: its write path and its personal data over a store and the key store. */
function processOn(
  store: EventStore = new InMemoryEventStore(),
  probe?: WritePathProbe,
  keys = test.keyStore,
) {
  const path = writePath(store, probe);
  const declaration = new KeyDeclaration(keys, path.writer, randomIds, systemClock);
  const entries = new SealedEntries(keys, store, specCodec, ledger);
  const personal = new PersonalData(keys, ledger, declaration, path.writer, entries);
  return { ...path, declaration, personal };
}

const seal = (
  process: ReturnType<typeof processOn>,
  subjectId: Uuid,
  fields: JsonObject,
  more: { context?: CommandContext; scope?: Scope; step?: number; label?: string } = {},
) =>
  process.personal.seal({
    subjectId,
    scope: more.scope ?? 'identity',
    about: 'contact-point',
    fields,
    context: more.context ?? contextOf(randomUUID()),
    step: more.step ?? 0,
    ...(more.label === undefined ? {} : { label: more.label }),
  });

const fieldsOf = (opened: OpenedPersonal | undefined): unknown =>
  opened !== undefined && 'fields' in opened ? opened.fields.reveal() : opened;

describe('sealing', () => {
  it('declares the key first, then seals under it, in a stream that names nobody', async () => {
    const process = processOn();
    const subjectId = randomUUID();
    const context = contextOf(randomUUID());
    const ref = await seal(process, subjectId, { email: 'anna@mail.example' }, { context, step: 2 });
    const [created, ...noMore] = await process.reader.history(`keys-${subjectId}`);
    const { stream, kid, fp } = created!.data as { stream: string; kid: string; fp: string };
    const [sealed] = await process.reader.history(stream);
    expect(noMore).toEqual([]);
    expect(stream).not.toContain(subjectId);
    expect(created!.data).toMatchObject({
      sub: subjectId,
      scp: 'identity',
      gen: 1,
      alg: 'HKDF-SHA256+A256GCM',
    });
    expect(created!.metadata).toMatchObject({
      actor: { k: 'system' },
      sub: [subjectId],
      $correlationId: context.correlationId,
    });
    expect(ref).toEqual({ kind: 'sealed', scope: 'identity', eventId: sealed!.id });
    expect(sealed!.metadata).toMatchObject({
      req: `${context.commandId}/2`,
      actor: context.actor,
      sub: [subjectId],
    });
    expect(sealed!.data).toMatchObject({
      about: 'contact-point',
      $pd: [{ kid, scp: 'identity', sub: subjectId }],
    });
    const { keys } = await test.keyStore.subjects.state(subjectId);
    expect(keys).toMatchObject([{ kid, fp, state: 'active', stream }]);
  });

  it('seals one key per scope, one stream per key', async () => {
    const process = processOn();
    const subjectId = randomUUID();
    await seal(process, subjectId, { a: 1 });
    await seal(process, subjectId, { b: 2 });
    await seal(process, subjectId, { c: 3 }, { scope: 'evidence' });
    const created = await process.reader.history(`keys-${subjectId}`);
    expect(created.map(({ data }) => (data as { scp: string }).scp)).toEqual(['identity', 'evidence']);
    expect(new Set(created.map(({ data }) => (data as { stream: string }).stream)).size).toBe(2);
  });

  it('a retry finds its event; labels and steps tell seals of one command apart', async () => {
    const process = processOn();
    const subjectId = randomUUID();
    const context = contextOf(randomUUID());
    const again = { ...context, mayBeRetry: true };
    const calls = [{}, { label: 'second' }, { label: 'third' }, { step: 1 }];
    const refs = [];
    for (const call of calls)
      refs.push(await seal(process, subjectId, { n: refs.length }, { context, ...call }));
    expect(new Set(refs.map(({ eventId }) => eventId)).size).toBe(4);
    for (const [index, call] of calls.entries()) {
      expect(await seal(process, subjectId, { n: 99 }, { context: again, ...call })).toEqual(refs[index]);
    }
    const opened = await process.personal.open(refs.map((ref) => ({ subjectId, ref })));
    expect(opened.map(fieldsOf)).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }, { n: 3 }]);
  });

  it('many at once for a new person: one key, everything sealed once', async () => {
    const store = new InMemoryEventStore();
    const subjectId = randomUUID();
    const processes = [processOn(store), processOn(store)];
    const refs = await Promise.all(
      Array.from({ length: 12 }, (_, n) => seal(processes[n % 2]!, subjectId, { n })),
    );
    expect(await processes[0]!.reader.history(`keys-${subjectId}`)).toHaveLength(1);
    const opened = await processes[1]!.personal.open(refs.map((ref) => ({ subjectId, ref })));
    expect(opened.map(fieldsOf)).toEqual(refs.map((_, n) => ({ n })));
  });

  it('whatever was sealed is opened, and nothing else of it is readable', async () => {
    const process = processOn(postgres);
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.stringMatching(/^[a-z]{1,8}$/),
          fc.oneof(fc.stringMatching(/^[ -~]{0,200}$/), fc.integer()),
          {
            minKeys: 1,
            maxKeys: 5,
          },
        ),
        async (fields) => {
          const subjectId = randomUUID();
          const ref = await seal(process, subjectId, fields);
          const [opened] = await process.personal.open([{ subjectId, ref }]);
          expect(fieldsOf(opened)).toEqual(fields);
          expect(JSON.stringify(opened)).toBe('{"fields":"[personal]"}');
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe('when the process dies', () => {
  it.each(['stream-read', 'decided', 'appended', 'effective'] as const)(
    'at "%s", in each of its passages, the retry seals once',
    async (point) => {
      for (const passage of [1, 2]) {
        const store = new InMemoryEventStore();
        const subjectId = randomUUID();
        const context = contextOf(randomUUID());
        let passages = 0;
        const dying = processOn(store, (at) => {
          if (at === point && ++passages === passage) throw new Error('killed');
        });
        await expect(seal(dying, subjectId, { n: 1 }, { context })).rejects.toThrow('killed');
        const living = processOn(store);
        const ref = await seal(living, subjectId, { n: 1 }, { context: { ...context, mayBeRetry: true } });
        const { keys } = await test.keyStore.subjects.state(subjectId);
        expect(keys).toHaveLength(1);
        expect(await living.reader.history(keys[0]!.stream)).toHaveLength(1);
        expect(await living.reader.history(`keys-${subjectId}`)).toHaveLength(1);
        expect((await living.personal.open([{ subjectId, ref }])).map(fieldsOf)).toEqual([{ n: 1 }]);
      }
    },
  );

  it('a key left pending is finished by the reaper, without doubling its declaration', async () => {
    const store = new InMemoryEventStore();
    const subjectIds = [randomUUID(), randomUUID()];
    for (const [index, subjectId] of subjectIds.entries()) {
      const point = index === 0 ? 'stream-read' : 'appended';
      const dying = processOn(store, (at) => {
        if (at === point) throw new Error('killed');
      });
      await expect(seal(dying, subjectId, { n: 1 })).rejects.toThrow('killed');
    }
    const living = processOn(store);
    expect(await living.declaration.finishPending()).toBe(0);
    expect(await living.declaration.finishPending(0)).toBe(2);
    expect(await living.declaration.finishPending(0)).toBe(0);
    for (const subjectId of subjectIds) {
      expect(await living.reader.history(`keys-${subjectId}`)).toHaveLength(1);
      const { keys } = await test.keyStore.subjects.state(subjectId);
      expect(keys.map(({ state }) => state)).toEqual(['active']);
    }
  });

  it('a key that cannot be finished does not hold up the others', async () => {
    const store = new InMemoryEventStore();
    const [first, second] = [randomUUID(), randomUUID()];
    await test.keyStore.subjects.prepare({ subjectId: first, scope: 'identity' });
    await test.keyStore.subjects.prepare({ subjectId: second, scope: 'identity' });
    store.failNextAppend(new Unavailable('notWritten'));
    const { declaration } = processOn(store);
    await expect(declaration.finishPending(0)).rejects.toThrow(Unavailable);
    const states = await Promise.all([first, second].map((id) => test.keyStore.subjects.state(id)));
    expect(states.map(({ keys }) => keys[0]!.state)).toEqual(['pending', 'active']);
    await declaration.finishPending(0);
  });
});

describe('opening', () => {
  it('answers in the order asked, across people and scopes, and says what is not there', async () => {
    const process = processOn();
    const [anna, ben] = [randomUUID(), randomUUID()];
    const a = { subjectId: anna, ref: await seal(process, anna, { n: 'a' }) };
    const b = { subjectId: ben, ref: await seal(process, ben, { n: 'b' }, { scope: 'evidence' }) };
    const stranger = { subjectId: ben, ref: a.ref };
    const unknown = { subjectId: randomUUID(), ref: a.ref };
    const opened = await process.personal.open([b, a, stranger, a, unknown]);
    expect(opened.map(fieldsOf)).toEqual([
      { n: 'b' },
      { n: 'a' },
      { missing: true },
      { n: 'a' },
      { missing: true },
    ]);
    expect(await process.personal.open([])).toEqual([]);
  });

  it('everything of a person, with what it is about', async () => {
    const process = processOn();
    const subjectId = randomUUID();
    const one = await seal(process, subjectId, { n: 1 });
    const two = await seal(process, subjectId, { n: 2 }, { scope: 'evidence' });
    const entries = await process.personal.openSubject(subjectId);
    expect(entries.map(({ opened, ...entry }) => ({ ...entry, fields: fieldsOf(opened) }))).toEqual([
      { eventId: two.eventId, about: 'contact-point', scope: 'evidence', fields: { n: 2 } },
      { eventId: one.eventId, about: 'contact-point', scope: 'identity', fields: { n: 1 } },
    ]);
  });

  it('survivors that were sealed again are found under their first event', async () => {
    const process = processOn();
    const { subjects } = test.keyStore;
    const subjectId = randomUUID();
    const [gone, kept] = [
      await seal(process, subjectId, { n: 'gone' }),
      await seal(process, subjectId, { n: 'kept' }),
    ];
    const next = await subjects.rotate({ subjectId, scope: 'identity' });
    await subjects.activate(next.kid, { declaredRevision: 1, createdEventId: randomUUID() });
    const eventId = randomUUID();
    const place = { led: ledgerId, stream: next.stream, eventId, type: 'PersonalDataSealed', slot: 0 };
    const envelope = await subjects.seal({ kid: next.kid }, place, { n: 'kept' });
    const { data, schema } = specCodec.encode({
      type: 'PersonalDataSealed',
      data: { about: 'contact-point', origin: kept.eventId, $pd: [envelope] },
    });
    const { metadata } = (await process.reader.history(`keys-${subjectId}`))[0]!;
    const event = { id: eventId, type: 'PersonalDataSealed', data, metadata: { ...metadata, schema } };
    await process.store.append(next.stream, { kind: 'noStream' }, [event as never]);
    await subjects.destroy({
      subjectId,
      scopes: [{ scope: 'identity', throughGeneration: 1 }],
      erasureId: randomUUID(),
    });
    const opened = await process.personal.open([gone, kept].map((ref) => ({ subjectId, ref })));
    expect(opened.map(fieldsOf)).toEqual([{ erased: true }, { n: 'kept' }]);
  });

  it('an envelope that was moved or altered does not open', async () => {
    const store = new InMemoryEventStore();
    const process = processOn(store);
    const [anna, ben] = [randomUUID(), randomUUID()];
    await seal(process, anna, { n: 'a' });
    const b = await seal(process, ben, { n: 'b' });
    const streamOf = async (id: Uuid) => (await test.keyStore.subjects.state(id)).keys[0]!.stream;
    const [own] = await process.reader.history(await streamOf(anna));
    const stolen = { id: randomUUID(), type: own!.type, data: own!.data, metadata: own!.metadata };
    await store.append(await streamOf(ben), { kind: 'revision', revision: 0n }, [stolen as never]);
    const ref = { kind: 'sealed', scope: 'identity', eventId: stolen.id } as const;
    const opened = await process.personal.open([
      { subjectId: ben, ref },
      { subjectId: ben, ref: b },
    ]);
    expect(opened.map(fieldsOf)).toEqual([{ unreadable: 'authentication' }, { n: 'b' }]);
  });

  it('an event that cannot be decoded hides itself only', async () => {
    const store = new InMemoryEventStore();
    const process = processOn(store);
    const subjectId = randomUUID();
    const ref = await seal(process, subjectId, { n: 1 });
    const { stream } = (await test.keyStore.subjects.state(subjectId)).keys[0]!;
    const id = randomUUID();
    const poison = { id, type: 'FromTheFuture', data: {}, metadata: {} };
    await store.append(stream, { kind: 'revision', revision: 0n }, [poison]);
    const hidden = { ...ref, eventId: id };
    const opened = await process.personal.open([ref, hidden].map((one) => ({ subjectId, ref: one })));
    expect(opened.map(fieldsOf)).toEqual([{ n: 1 }, { unreadable: 'malformed' }]);
  });
});

describe('an erased person', () => {
  it('cannot be opened nor sealed any more, in any process, from that moment', async () => {
    const store = new InMemoryEventStore();
    const [one, other] = [processOn(store), processOn(store)];
    const subjectId = randomUUID();
    const refs = [
      await seal(one, subjectId, { n: 1 }),
      await seal(one, subjectId, { n: 2 }, { scope: 'evidence' }),
    ];
    const wanted = refs.map((ref) => ({ subjectId, ref }));
    await other.personal.open(wanted);
    await test.keyStore.subjects.destroy({ subjectId, scopes: ['identity'], erasureId: randomUUID() });
    for (const { personal } of [one, other]) {
      expect((await personal.open(wanted)).map(fieldsOf)).toEqual([{ erased: true }, { n: 2 }]);
      expect((await personal.openSubject(subjectId)).map(({ scope }) => scope)).toEqual(['evidence']);
    }
    await expect(seal(one, subjectId, { n: 3 })).rejects.toThrow(SubjectErased);
    await seal(one, subjectId, { n: 4 }, { scope: 'evidence' });
  });

  it('nothing opens before the erasures of the ledger were replayed', async () => {
    const process = processOn();
    const subjectId = randomUUID();
    const ref = await seal(process, subjectId, { n: 1 });
    const restarted = openKeyStore({ connectionString: test.keys.url, kek: test.kek });
    const { personal } = processOn(process.store, undefined, restarted);
    await expect(personal.open([{ subjectId, ref }])).rejects.toThrow(KeysNotReconciled);
    await restarted.shutdown();
  });
});

it('a personal value stands in clear nowhere: not in a store, a table, a log, an error', async () => {
  const process = processOn(postgres);
  const subjectId = randomUUID();
  const canary = `canary-${randomUUID()}`;
  await process.personal.seal({
    subjectId,
    scope: 'identity',
    about: 'statement',
    fields: { words: Personal.of(canary), plain: canary, nested: { list: [canary] } },
    context: contextOf(randomUUID()),
    step: 0,
  });
  const notCanonical = { words: canary, broken: 0.5 as unknown as number };
  const error = await seal(process, subjectId, notCanonical).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Error);
  expect(String((error as Error).stack)).not.toContain(canary);
  for (const { pool } of [test.ledger, test.keys]) {
    const { rows } = await pool.query<{ place: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS place FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    expect(rows.length).toBeGreaterThan(3);
    for (const { place } of rows) {
      const dump = await pool.query(`SELECT coalesce(string_agg(t::text, ' '), '') AS text FROM ${place} t`);
      expect(dump.rows[0].text).not.toContain(canary);
      expect(dump.rows[0].text).not.toContain(Buffer.from(canary).toString('hex'));
      expect(dump.rows[0].text).not.toContain(Buffer.from(canary).toString('base64url').slice(0, 40));
    }
  }
});
