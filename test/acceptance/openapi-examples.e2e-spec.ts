import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Answer, type Client } from './client.harness.js';
import {
  exampleBody,
  PublishedApi,
  roleFor,
  takesCsv,
  withIds,
  type Ids,
  type Operation,
} from './openapi.harness.js';
import { AcceptanceLedger, eventually } from './server.harness.js';
import { consentBody, declareShop, email, registerPerson, type TestShop } from './shop.harness.js';
import type { GreffeServer } from '../../apps/server/src/server.js';

// The document that the server publishes is true: every example in it is sent as it stands to the real server, by a
// role that the document lets in. Only ids, which name what exists, are put in from a small shop declared before.
// What comes back has a status and a shape that the document declares.

interface Executed {
  readonly operation: Operation;
  readonly answer: Answer;
  readonly faults: readonly string[];
}

/** Examples whose success needs what no example can bring about: the documented refusal is the right answer. */
const refused: Readonly<Record<string, string>> = {
  // The organisation of the example is the shop's own, and a SIREN stands for one organisation.
  'POST /v1/controllers': 'code-already-used',
  // Nobody has reserved the contact of the example.
  'POST /v1/contacts-made/reservations/{attemptId}/release': 'attempt-unknown',
};

let ledger: AcceptanceLedger;
let server: GreffeServer;
let dpo: Client;
let shop: TestShop;
let api: PublishedApi;
const executed = new Map<string, Executed>();

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  server = await ledger.start();
  dpo = await ledger.client(server, 'dpo');
  api = await PublishedApi.of(dpo);
  shop = await declareShop(dpo);
  for (const operation of inOrder(api.operations)) {
    const answer = await execute(operation);
    executed.set(operation.name, { operation, answer, faults: api.faultsOf(operation, answer) });
  }
});
afterAll(() => ledger.close());

const all = () => [...executed.values()];
const seen = (which: (one: Executed) => boolean) =>
  all()
    .filter(which)
    .map(
      ({ operation, answer, faults }) =>
        `${operation.name}: ${String(answer.status)} ${answer.text.slice(0, 400)} ${faults.join('; ')}`,
    );

describe('every example of the published document', () => {
  it('is there for every operation with a body', () => {
    expect(all().length).toBeGreaterThan(60);
    const without = all().filter(
      ({ operation }) => operation.requestBody !== undefined && exampleBody(operation) === undefined,
    );
    expect(without.map(({ operation }) => operation.name)).toEqual([]);
  });

  it('has the shape that the server asks for', () => {
    expect(seen(({ answer }) => [400, 413, 415, 422, 428].includes(answer.status))).toEqual([]);
  });

  it('is done, or refused for the reason that is known', () => {
    const others = all().filter(({ answer }) => answer.status >= 300);
    const codes = others.map(({ operation, answer }) => [operation.name, String(answer.body?.code)]);
    expect(Object.fromEntries(codes)).toEqual(refused);
  });

  it('is answered as the document says', () => {
    const parked = executed.get('GET /v1/projections/{name}/parked')?.answer.body;
    expect(parked.items.map(({ revision }: { revision: unknown }) => revision)).toEqual([3]);
    expect(seen(({ faults }) => faults.length > 0)).toEqual([]);
  });
});

describe('the published document', () => {
  it('describes the answer of every operation of the API', () => {
    const silent = api.operations.filter(({ path, responses }) => {
      const success = Object.entries(responses).filter(([status]) => status.startsWith('2'));
      return path.startsWith('/v1/') && success.some(([, { content }]) => content === undefined);
    });
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('names the right that every operation of the API asks for', () => {
    const open = api.operations.filter(
      (operation) => operation.path.startsWith('/v1/') && roleFor(operation) === undefined,
    );
    expect(open.map(({ name }) => name)).toEqual([]);
  });
});

/** What others name. */
const FIRST = ['POST /v1/purposes', 'POST /v1/recipients'];

/** Forms offer the purpose of the example; what is retired must not be needed any more. */
function inOrder(operations: readonly Operation[]): readonly Operation[] {
  const rank = ({ name, path }: Operation) =>
    FIRST.includes(name) ? FIRST.indexOf(name) - FIRST.length : path.endsWith('/retire') ? 1 : 0;
  return [...operations].sort((a, b) => rank(a) - rank(b));
}

async function execute(operation: Operation): Promise<Answer> {
  const role = roleFor(operation) ?? 'dpo';
  const client = await ledger.client(server, role);
  const ids = await idsFor(operation);
  const path = operation.path.replace(
    /\{(\w+)\}/g,
    (_, name: string) => ids[name] ?? exampleOfParameter(operation, name),
  );
  const example = exampleBody(operation);
  const body = example === undefined ? undefined : withIds(example, ids);
  const reads = operation.method === 'GET';
  const ifMatch = operation.method === 'PUT' ? ((await dpo.get(path)).headers.get('etag') ?? '') : undefined;
  if (takesCsv(operation)) {
    const file = { raw: String(example), contentType: 'text/csv', key: null };
    return client.send(operation.method, path + requiredQuery(operation, ids), undefined, file);
  }
  return client.send(operation.method, path, body, {
    ...(reads && { key: null }),
    ...(ifMatch !== undefined && { ifMatch }),
  });
}

/** Query parameters without which the operation cannot be asked. */
function requiredQuery(operation: Operation, ids: Ids): string {
  const required = operation.parameters.filter((parameter) => parameter.in === 'query' && parameter.required);
  const pairs = required.map(({ name }): [string, string] => [
    name,
    ids[name] ?? exampleOfParameter(operation, name),
  ]);
  return `?${new URLSearchParams(pairs).toString()}`;
}

function exampleOfParameter({ parameters }: Operation, name: string): string {
  return String(parameters.find((parameter) => parameter.name === name)?.schema['example']);
}

/** What an operation may name: the shop, and a person of its own with an address, a consent and a neighbour. */
async function idsFor({ name, path }: Operation): Promise<Ids> {
  const made = (operation: string): Ids => (executed.get(operation)?.answer.body ?? {}) as Ids;
  const { activityId = randomUUID() } = made('POST /v1/processing-activities');
  const { recipientId = randomUUID() } = made('POST /v1/recipients');
  // Persons speak about the shop's newsletter; what is declared is about the purpose of the example.
  const isAboutPersons = path.includes('{subjectId}') || name === 'POST /v1/captures';
  const { purposeId = shop.newsletterId } = isAboutPersons ? {} : made('POST /v1/purposes');
  const common = { ...shop, purposeId, version: '1', name: 'register', activityId, recipientId };
  const rest = { ...common, ...(await special(name)) };
  return path.includes('{subjectId}') ? { ...rest, ...(await personFor(name)) } : rest;
}

async function special(name: string): Promise<Ids> {
  if (name.startsWith('GET') && name.endsWith('/parked')) await park();
  if (name.includes('{scrubId}')) return { scrubId: await scrubbed() };
  if (name.includes('{runId}'))
    return { runId: expectStatus(await dpo.post('/v1/purges', {}), 202).body.runId };
  if (name.includes('/packages/{erasureId}')) return toldErasure();
  if (!name.includes('{keyId}')) return {};
  const key = { name: 'Shop front end', clientId: 'shop', scopes: ['choices:record'] };
  return { keyId: expectStatus(await dpo.post('/v1/service-keys', key), 201).body.keyId };
}

/** A campaign file that was scrubbed. */
async function scrubbed(): Promise<string> {
  const path = `/v1/permissions/scrub?purposeId=${shop.newsletterId}&channel=email`;
  const file = { raw: 'email\nx@courrier.example\n', contentType: 'text/csv', key: null };
  const { headers } = expectStatus(await dpo.send('POST', path, undefined, file), 200);
  return headers.get('greffe-scrub-id') ?? '';
}

/** The erasure of somebody, of which recipients are to be told. */
async function toldErasure(): Promise<Ids> {
  const subjectId = await registerPerson(dpo);
  const path = `/v1/subjects/${subjectId}/erasures`;
  const identityCheck = { method: 'known-details', at: new Date().toISOString() };
  const order = { ground: 'objection', identityCheck };
  const { erasureId } = expectStatus(await dpo.post(path, order), 202).body;
  await eventually(
    () => dpo.get(`${path}/${String(erasureId)}`),
    ({ body }) => body?.recipients?.length > 0,
  );
  return { subjectId, erasureId };
}

/** An event that the read model of the register could not take: the list of such events must not be empty. */
async function park(): Promise<void> {
  await ledger.ledger.pool.query(
    `INSERT INTO ops.parked (projection, build, event_id, position, stream, revision, type, subjects, reason, waiting)
     VALUES ('register', 'live', $1, 'zz', $2, 3, 'PurposeDeclared', $3, 'unknown type', false)`,
    [randomUUID(), `purpose-${randomUUID()}`, [randomUUID()]],
  );
}

async function personFor(name: string): Promise<Ids> {
  const subjectId = await registerPerson(dpo, [email(`${randomUUID()}@courrier.example`)]);
  const otherSubjectId = await registerPerson(dpo);
  const base = `/v1/subjects/${subjectId}`;
  const given = expectStatus(await dpo.post(`${base}/consents`, consentBody(shop)), 201).body;
  const state = expectStatus(await dpo.get(`${base}?minToken=${encodeURIComponent(given.token)}`), 200).body;
  const { contactPointId } = state.contactPoints[0];
  const ids = {
    subjectId,
    otherSubjectId,
    contactPointId,
    replaces: contactPointId,
    consentId: given.consents[0].consentId,
  };
  return { ...ids, ...(await actsBefore(name, base, otherSubjectId)) };
}

/** What must have happened to the person before. */
async function actsBefore(name: string, base: string, otherSubjectId: string): Promise<Ids> {
  const done = async (path: string, body: object) =>
    expectStatus(await dpo.post(base + path, body), 201, 202).body;
  if (name.endsWith('/links/remove'))
    await done('/links', { otherSubjectId, relation: 'shares-contact-point' });
  if (name.includes('{restrictionId}')) {
    const restriction = { ground: 'accuracy', purposeIds: 'all', source: 'email-reply' };
    const { restrictionId } = await done('/restrictions', restriction);
    if (name.endsWith('/lift'))
      await done(`/restrictions/${String(restrictionId)}/lift-notices`, { means: 'email' });
    return { restrictionId };
  }
  if (!name.includes('{erasureId}')) return {};
  const identityCheck = { method: 'authenticated-session', at: new Date().toISOString() };
  const { erasureId } = await done('/erasures', { ground: 'objection', identityCheck });
  await eventually(
    () => dpo.get(`${base}/erasures/${String(erasureId)}/certificate`),
    ({ status }) => status === 200,
  );
  return { erasureId };
}
