import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { consentGiven, saidNo } from '../consent-facts.fixture.js';
import { appendFacts, day } from '../contacts.fixture.js';
import { purposeFact } from '../register-facts.fixture.js';
import { erasure } from '../rights-facts.fixture.js';
import { pointAdded, registered } from '../subject-facts.fixture.js';
import { openContactsApp, type ContactsApp, type SpecAnswer } from '../contacts.harness.js';

// Goal: an auditor reads what happened to a person, who looked at them, and how each consent can be proven.
// Method: facts in the store and looks over HTTP; then the questions an auditor asks.

let contacts: ContactsApp;
const [anna, bob, erased] = [randomUUID(), randomUUID(), randomUUID()];
const consentId = randomUUID();

beforeAll(async () => {
  contacts = await openContactsApp();
  await appendFacts(contacts.store, [
    purposeFact(),
    purposeFact({ type: 'PurposeRevised', name: 'Lettre mensuelle', at: day(30) }),
    registered(anna),
    pointAdded(anna),
    consentGiven(anna, { at: day(10), consentId }),
    consentGiven(anna, { at: day(12), channel: 'post' }),
    saidNo(anna, { at: day(40), purposeId: 'all' }),
    registered(bob),
    registered(erased),
    ...erasure(erased),
  ]);
  await contacts.caughtUp();
});
afterAll(() => contacts.close());

const read = async (path: string, language = 'fr'): Promise<SpecAnswer> =>
  contacts.get('auditor', path, { 'accept-language': language });

describe('GET /v1/subjects/{subjectId}/timeline', () => {
  it('tells every act in a sentence, newest first, with who, both times, evidence and token', async () => {
    const { status, json } = await read(`/v1/subjects/${anna}/timeline`);
    expect([status, json.parked, json.erased, json.items.length]).toEqual([200, false, false, 5]);
    expect(json.items[0]).toEqual({
      eventId: expect.any(String),
      type: 'ConsentWithdrawn',
      sentence: 'La personne a retiré son consentement à un contact par e-mail pour toutes les finalités.',
      who: { kind: 'service', ref: expect.any(String), label: 'un service informatique' },
      occurredAt: day(40),
      recordedAt: day(40),
      stream: `consent-${anna}`,
      revision: 2,
      evidence: [],
      token: expect.stringMatching(/~\d{20}$/),
      data: expect.objectContaining({ purposeId: 'all' }),
    });
    expect(json.items[3].evidence).toEqual([expect.objectContaining({ scope: 'identity' })]);
  });

  it('names a purpose as it was called then, in the reader’s language where there is one', async () => {
    const { json } = await read(`/v1/subjects/${anna}/timeline?order=asc`, 'en');
    expect(json.items[2].sentence).toBe(
      'The person gave consent to contact by e-mail for the purpose “Lettre”.',
    );
  });

  it.each(['asc', 'desc'])('comes whole in pages (%s)', async (order) => {
    const whole = await read(`/v1/subjects/${anna}/timeline?order=${order}`);
    const seen: unknown[] = [];
    let next: string | undefined = '';
    while (next !== undefined) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`;
      const { json }: SpecAnswer = await read(
        `/v1/subjects/${anna}/timeline?order=${order}&limit=2${cursor}`,
      );
      seen.push(...json.items);
      next = json.next;
    }
    expect(seen).toEqual(whole.json.items);
  });

  it('is of nobody where nothing is known, and closed to most for an erased person', async () => {
    expect((await read(`/v1/subjects/${randomUUID()}/timeline`)).status).toBe(404);
    expect((await contacts.get('operator', `/v1/subjects/${erased}/timeline`)).status).toBe(410);
    expect((await read(`/v1/subjects/${erased}/timeline`)).json).toMatchObject({ erased: true });
  });

  it('says so when an event of the person could not be read', async () => {
    const broken = randomUUID();
    await appendFacts(contacts.store, [registered(broken)]);
    await contacts.store.append(`consent-${broken}`, { kind: 'noStream' }, [
      { id: randomUUID(), type: 'ConsentGiven', data: { nothing: 'fits' }, metadata: {} },
    ]);
    await contacts.caughtUp();
    expect((await read(`/v1/subjects/${broken}/timeline`)).json).toMatchObject({ parked: true });
    expect((await read(`/v1/subjects/${broken}`)).json).toMatchObject({ parked: true });
    expect((await read(`/v1/subjects/${anna}`)).json).toMatchObject({ parked: false });
  });
});

describe('GET /v1/subjects/{subjectId}/consents', () => {
  it('lists every consent with its grade and what has become of it', async () => {
    const { json } = await read(`/v1/subjects/${anna}/consents`);
    expect(json.items).toMatchObject([
      { channel: 'post', state: 'given', proofGrade: 'weak' },
      {
        channel: 'email',
        state: 'withdrawn',
        endedAt: day(40),
        missing: ['collection-form', 'technical-trace'],
      },
    ]);
    const then = await read(`/v1/subjects/${anna}/consents?at=${day(20)}`);
    expect(then.json.items.map(({ state }: { state: string }) => state)).toEqual(['given', 'given']);
  });

  it('comes in pages', async () => {
    const first = await read(`/v1/subjects/${anna}/consents?limit=1`);
    const second = await read(`/v1/subjects/${anna}/consents?limit=1&cursor=${String(first.json.next)}`);
    expect([first.json.items[0].channel, second.json.items[0].channel]).toEqual(['post', 'email']);
    expect(second.json.next).toBeUndefined();
  });

  it('shows one with its whole proof and the acts that bear on it', async () => {
    const { json } = await read(`/v1/subjects/${anna}/consents/${consentId}`);
    expect(json.consent).toMatchObject({
      consentId,
      state: 'withdrawn',
      proofGrade: 'weak',
      proof: { notice: { version: 1, language: 'fr' }, expression: { method: 'web-checkbox' } },
      indicatedBy: 'data-subject',
    });
    expect(json.history.map(({ type }: { type: string }) => type)).toEqual([
      'ConsentGiven',
      'ConsentWithdrawn',
    ]);
    const then = await read(`/v1/subjects/${anna}/consents/${consentId}?at=${day(20)}`);
    expect([then.json.consent.state, then.json.history.length]).toEqual(['given', 1]);
  });

  it('does not know a consent of somebody else', async () => {
    expect((await read(`/v1/subjects/${bob}/consents/${consentId}`)).status).toBe(404);
  });
});

describe('GET /v1/access-log', () => {
  const value = 'camille.martin@courrier.example';
  let subjectId: string;

  beforeAll(async () => {
    const body = {
      contactPoints: [{ kind: 'email', value }],
      audience: 'consumer',
      source: { kind: 'shop' },
    };
    subjectId = (await contacts.post('service', '/v1/subjects', body)).json.subjectId as string;
    for (const role of ['operator', 'auditor'] as const)
      await contacts.post(role, '/v1/subjects/lookup', { kind: 'email', value });
    await contacts.post('operator', `/v1/subjects/${subjectId}/reveal`, {
      fields: ['email'],
      reason: 'complaint',
    });
    await contacts.post('operator', '/v1/subjects/lookup', {
      kind: 'email',
      value: 'nobody@courrier.example',
    });
    await contacts.caughtUp();
  });

  it('finds the looks at a person, newest first', async () => {
    const { json } = await read(`/v1/access-log?subjectId=${subjectId}`);
    expect(json.items).toMatchObject([
      { kind: 'reveal', fields: ['email'], reason: 'complaint', subjectIds: [subjectId] },
      { kind: 'look-up', items: 1, who: { kind: 'operator', label: 'un membre du personnel' } },
      { kind: 'look-up', items: 1 },
    ]);
    expect(JSON.stringify(json)).not.toContain('camille');
  });

  it('finds the looks by an actor, also those that found nobody', async () => {
    const all = await read('/v1/access-log');
    expect(all.json.items[0]).toMatchObject({ kind: 'look-up', subjectIds: [] });
    const { ref } = all.json.items[0].who as { ref: string };
    const { json } = await read(`/v1/access-log?actorId=${ref}`);
    expect(json.items.length).toBe(3);
    const both = await read(`/v1/access-log?actorId=${ref}&subjectId=${subjectId}`);
    expect(both.json.items.length).toBe(2);
  });

  it('finds the looks of a time', async () => {
    const { json } = await read('/v1/access-log');
    const [newest, second] = json.items as { recordedAt: string; eventId: string }[];
    const until = await read(`/v1/access-log?to=${newest!.recordedAt}`);
    expect(until.json.items[0].eventId).toBe(second!.eventId);
    const since = await read(`/v1/access-log?from=${newest!.recordedAt}`);
    expect(since.json.items.map(({ eventId }: { eventId: string }) => eventId)).toEqual([newest!.eventId]);
  });

  it('comes in pages', async () => {
    const { json: whole } = await read(`/v1/access-log?subjectId=${subjectId}`);
    const { json: first } = await read(`/v1/access-log?subjectId=${subjectId}&limit=2`);
    const { json: rest } = await read(
      `/v1/access-log?subjectId=${subjectId}&limit=2&cursor=${String(first.next)}`,
    );
    expect([...first.items, ...rest.items]).toEqual(whole.items);
    expect((await read('/v1/access-log?cursor=WyJub3QiLCJhIl0')).status).toBe(400);
  });

  it('is told to the person in their timeline, without the others who were found', async () => {
    const { json } = await contacts.send({
      path: `/v1/subjects/${subjectId}/timeline`,
      as: 'subject',
      sub: subjectId,
    });
    const looks = (json.items as { type: string; data: object }[]).filter(
      ({ type }) => type === 'SubjectsLookedUp',
    );
    expect(looks.length).toBe(2);
    for (const { data } of looks) expect(data).not.toHaveProperty('subjectIds');
  });

  it('is closed to those who look', async () => {
    expect((await contacts.get('operator', '/v1/access-log')).status).toBe(403);
  });
});
