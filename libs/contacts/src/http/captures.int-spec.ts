import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isCaughtUp, type StoredEvent } from '#event-store';
import { addDays, parisDay, Personal, type Uuid } from '#kernel';
import type { CommandContext } from '#runtime';
import { normaliseContact } from '#subject-keys';
import { SubjectRegistration } from '#subjects';
import { Captures, type Capture } from '../application/captures.js';
import { SignedUpPeople } from '../application/signed-up-person.js';
import { appendFacts, PURPOSES } from '../contacts.fixture.js';
import { formFacts, FORM, purposeFact } from '../register-facts.fixture.js';
import { openContactsApp, type ContactsApp } from '../contacts.harness.js';

// Goal: what a person says by an address reaches the right people, whoever they are, and tells the caller no more
// than it may know. Method: the whole way over HTTP; crashes by repeating a command with its own context.

let contacts: ContactsApp;
beforeAll(async () => {
  contacts = await openContactsApp();
  await appendFacts(contacts.store, [
    purposeFact(),
    purposeFact({ purposeId: PURPOSES[1] ?? '', lawfulBasis: 'contract' }),
    ...formFacts(),
  ]);
});
afterAll(() => contacts.close());

let count = 0;
const newAddress = (): string => `personne-${String((count += 1))}@courrier.example`;
const newNumber = (): string => `+3361200${String((count += 1)).padStart(4, '0')}`;

function signUp(value: string, more: object = {}): object {
  return {
    contactPoints: [{ kind: 'email', value }],
    formVersion: { formId: FORM, version: 1 },
    choices: [
      { purposeId: PURPOSES[0], channels: ['email'], choice: 'given' },
      { purposeId: PURPOSES[0], channels: ['sms-mms'], choice: 'refused' },
      { purposeId: PURPOSES[1], channels: ['email', 'sms-mms'], choice: 'not-answered' },
    ],
    source: { kind: 'web-form' },
    evidence: { ip: '2001:db8::1' },
    ...more,
  };
}

async function everything(): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const item of contacts.store.subscribe({
    after: 'start',
    signal: AbortSignal.timeout(100_000),
  })) {
    if (isCaughtUp(item)) break;
    events.push(item);
  }
  return events;
}

async function whoHas(value: string): Promise<Uuid[]> {
  const normalised = normaliseContact('email', Personal.of(value));
  if ('fault' in normalised) throw new Error('No address');
  const [found = []] = await contacts.keyStore.claims.findLive([
    { kind: 'email', normalised: normalised.value },
  ]);
  return found;
}

describe('POST /v1/captures', () => {
  it('records the person and every choice, and tells a form nothing about either', async () => {
    const address = newAddress();
    const first = await contacts.post('form', '/v1/captures', signUp(address));
    const second = await contacts.post('form', '/v1/captures', signUp(address));
    for (const { status, json, headers } of [first, second]) {
      expect([status, json]).toEqual([201, { captureId: expect.any(String), appended: 3 }]);
      expect(headers['etag']).toBeUndefined();
    }
    const [subjectId, ...others] = await whoHas(address);
    expect(others).toEqual([]);
    const stream = (await everything()).filter((event) => event.stream === `consent-${subjectId ?? ''}`);
    expect(stream.map(({ type }) => type)).toEqual([
      ...['ChoicesCaptured', 'ConsentGiven', 'ConsentRefused'],
      ...['ChoicesCaptured', 'ConsentGiven', 'ConsentRefused'],
    ]);
    expect(stream[0]?.data).toMatchObject({
      actId: first.json.captureId,
      form: { formId: FORM, version: 1 },
    });
  });

  it('tells a service who it is, and how each consent can be proven', async () => {
    const address = newAddress();
    const { json } = await contacts.post('service', '/v1/captures', signUp(address));
    expect(json).toMatchObject({
      subjectId: (await whoHas(address))[0],
      created: true,
      stream: `consent-${String(json.subjectId)}`,
      revision: 2,
      consents: [{ purposeId: PURPOSES[0], channel: 'email', proofGrade: 'strong', missing: [] }],
    });
    const again = await contacts.post('service', '/v1/captures', signUp(address.toUpperCase()));
    expect(again.json).toMatchObject({ subjectId: json.subjectId, created: false });
  });

  it('answers a repetition the same, and counts it once', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const body = signUp(newAddress());
    const first = await contacts.post('service', '/v1/captures', body, headers);
    const size = (await everything()).length;
    const again = await contacts.post('service', '/v1/captures', body, headers);
    expect([again.status, again.json]).toEqual([201, first.json]);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect((await everything()).length).toBe(size);
  });

  it('keeps when the form was served, where the ledger itself can say so', async () => {
    const form = { formId: FORM, version: 1 };
    const served = await contacts.send({
      ...{ method: 'POST', path: '/v1/served-tokens', as: 'form', body: form },
    });
    expect(served.status).toBe(200);
    const { servedToken, servedAt } = served.json;
    const { json } = await contacts.post('service', '/v1/captures', signUp(newAddress(), { servedToken }));
    const [captured] = (await everything()).filter(({ stream }) => stream === String(json.stream));
    expect(captured?.data).toMatchObject({ servedAt });
    await contacts.caughtUp();
    const path = `/v1/subjects/${String(json.subjectId)}/consents/${String(json.consents[0].consentId)}`;
    expect((await contacts.get('auditor', path)).json.consent).toMatchObject({ servedAt });
  });

  it('declines a token that says something else, at its field, and registers nobody', async () => {
    const address = newAddress();
    const wrong = signUp(address, { servedToken: 'AQEJCQkJCQkJCQkJCQkmuq8YoK2LLsv' });
    const { status, json } = await contacts.post('form', '/v1/captures', wrong);
    expect([status, json.code]).toEqual([422, 'served-token-invalid']);
    expect(JSON.stringify(json)).toContain('/servedToken');
    expect(await whoHas(address)).toEqual([]);
  });

  it('takes nobody who has only some of the addresses: a consent covers what the form named', async () => {
    const [address, number] = [newAddress(), newNumber()];
    const known = await contacts.post('service', '/v1/captures', signUp(address));
    const both = signUp(address, {
      contactPoints: [
        { kind: 'email', value: address },
        { kind: 'phone', value: number },
      ],
    });
    const other = await contacts.post('service', '/v1/captures', both);
    expect(other.json.created).toBe(true);
    expect(other.json.subjectId).not.toBe(known.json.subjectId);
    const again = await contacts.post('service', '/v1/captures', both);
    expect(again.json).toMatchObject({ subjectId: other.json.subjectId, created: false });
    await contacts.caughtUp();
    const { json } = await contacts.get('service', `/v1/subjects/${String(known.json.subjectId)}`);
    expect(json.links).toMatchObject([
      { subjectId: other.json.subjectId, relation: 'shares-contact-point', direction: 'from' },
    ]);
  });

  it.each<[string, object, number, string]>([
    [
      'an unknown form',
      { formVersion: { formId: randomUUID(), version: 1 } },
      409,
      'collection-form-unknown',
    ],
    ['an unknown version', { formVersion: { formId: FORM, version: 9 } }, 409, 'collection-form-unknown'],
    [
      'a day before the form',
      { occurredAt: '2024-01-01T00:00:00Z' },
      409,
      'collection-form-version-not-valid-then',
    ],
    [
      'a choice that was not offered',
      { choices: [{ purposeId: PURPOSES[0], channels: ['post'], choice: 'refused' }] },
      409,
      'choice-not-offered-by-form',
    ],
    [
      'a yes to what does not rest on consent',
      { choices: [{ purposeId: PURPOSES[1], channels: ['email'], choice: 'given' }] },
      409,
      'lawful-basis-is-not-consent',
    ],
    ['an audience without a consent variant', { audience: 'pro-named' }, 409, 'lawful-basis-is-not-consent'],
    ['a child alone', { ageAssertion: 'under-15' }, 409, 'proof-incomplete'],
    [
      'two answers to one question',
      {
        choices: ['given', 'refused'].map((choice) => ({
          purposeId: PURPOSES[0],
          channels: ['email'],
          choice,
        })),
      },
      400,
      'invalid-request',
    ],
  ])('declines %s and leaves nobody behind', async (_, more, status, code) => {
    const address = newAddress();
    const size = (await everything()).length;
    const answer = await contacts.post('service', '/v1/captures', signUp(address, more));
    expect([answer.status, answer.json.type]).toEqual([status, expect.stringContaining(code)]);
    expect([(await everything()).length, await whoHas(address)]).toEqual([size, []]);
  });

  it('declines what is no address, without repeating it', async () => {
    const { status, json } = await contacts.post('form', '/v1/captures', signUp('pas une adresse'));
    expect([status, JSON.stringify(json).includes('pas une')]).toEqual([409, false]);
  });
});

describe('a sign-up that broke off', () => {
  const captureOf = (value: string): Capture => ({
    contactPoints: [{ kind: 'email', value: Personal.of(value) }],
    form: { formId: FORM, version: 1 },
    choices: [{ purposeId: PURPOSES[0] ?? '', channels: ['email'], choice: 'given' }],
    audience: 'consumer',
    act: {
      ...{ indicatedBy: 'data-subject', age: 'not-asserted', source: { kind: 'shop' } },
      occurredAt: '2026-01-05T10:00:00.000Z',
    },
  });
  const contextOf = (commandId: Uuid, mayBeRetry: boolean): CommandContext => ({
    ...{ commandId, mayBeRetry, now: '2026-01-05T10:00:00.000Z', correlationId: commandId },
    actor: { k: 'service', ref: randomUUID() },
    deadline: performance.now() + 5000,
  });
  const person = { audience: 'consumer', collection: 'direct', source: { kind: 'shop' } } as const;

  it('after registering goes on with the person it registered, although another has the address by now', async () => {
    const [address, commandId] = [newAddress(), randomUUID()];
    const registration = { ...person, occurredAt: '2026-01-05T10:00:00.000Z' };
    const inputs = captureOf(address).contactPoints;
    const people = contacts.app.get(SignedUpPeople, { strict: false });
    const first = await people.of(registration, inputs, contextOf(commandId, false));
    await contacts.app
      .get(SubjectRegistration, { strict: false })
      .register(registration, inputs, 'create-and-link', contextOf(randomUUID(), false));
    const captures = contacts.app.get(Captures, { strict: false });
    const retried = await captures.record(captureOf(address), contextOf(commandId, true));
    expect(retried).toMatchObject({ subjectId: first.subjectId, created: true });
  });

  it('after recording finds what it recorded, although another has the address by now', async () => {
    const [address, commandId] = [newAddress(), randomUUID()];
    const captures = contacts.app.get(Captures, { strict: false });
    await captures.record(captureOf(address), contextOf(randomUUID(), false));
    const first = await captures.record(captureOf(address), contextOf(commandId, false));
    expect(first.created).toBe(false);
    const registration = { ...person, occurredAt: '2026-01-05T10:00:00.000Z' };
    await contacts.app
      .get(SubjectRegistration, { strict: false })
      .register(
        registration,
        captureOf(address).contactPoints,
        'create-and-link',
        contextOf(randomUUID(), false),
      );
    expect(await whoHas(address)).toHaveLength(2);
    const retried = await captures.record(captureOf(address), contextOf(commandId, true));
    expect(retried).toEqual(first);
  });

  it('before anything was recorded is decided as if it were new', async () => {
    const [address, commandId] = [newAddress(), randomUUID()];
    const captures = contacts.app.get(Captures, { strict: false });
    const only = await captures.record(captureOf(address), contextOf(commandId, true));
    expect([only.created, only.outcome.events.length]).toEqual([true, 2]);
  });
});

describe('POST /v1/withdrawals', () => {
  const withdrawal = (value: string, more: object = {}): object => ({
    contact: { kind: 'email', value },
    purposeId: PURPOSES[0],
    channels: ['email'],
    source: { kind: 'unsubscribe-link' },
    ...more,
  });
  const unsubscribe = (body: object) =>
    contacts.send({ method: 'POST', path: '/v1/withdrawals', as: 'service', body });
  const blocked = async (value: string) => {
    const [found = []] = await contacts.keyStore.suppressions.matching([
      { kind: 'email', normalised: Personal.of(value) },
    ]);
    return found;
  };

  it('reaches everybody who has the address, and answers counts only', async () => {
    const address = newAddress();
    for (const onMatch of ['reuse-single', 'create-and-link']) {
      const body = {
        contactPoints: [{ kind: 'email', value: address }],
        audience: 'consumer',
        source: { kind: 'shop' },
        onMatch,
      };
      await contacts.post('service', '/v1/subjects', body);
    }
    const { status, json } = await unsubscribe(withdrawal(address));
    expect([status, json]).toEqual([201, { matched: 2, appended: 2, suppressed: 0 }]);
    await contacts.caughtUp();
    for (const subjectId of await whoHas(address)) {
      const state = await contacts.get('service', `/v1/subjects/${subjectId}`);
      expect(state.json.choices).toMatchObject([{ purposeId: PURPOSES[0], state: 'withdrawn' }]);
    }
    expect((await unsubscribe(withdrawal(address))).json.matched).toBe(2);
    expect(await blocked(address)).toEqual([]);
  });

  it('puts an address that nobody has on the suppression list, once', async () => {
    const address = newAddress();
    expect((await unsubscribe(withdrawal(address))).json).toEqual({ matched: 0, appended: 0, suppressed: 1 });
    expect(await blocked(address)).toMatchObject([{ purposeId: PURPOSES[0], channel: 'email' }]);
    expect((await unsubscribe(withdrawal(address))).json.suppressed).toBe(0);
  });

  it('blocks whoever comes with that address later, until they consent anew on another day', async () => {
    const address = newAddress();
    await unsubscribe(withdrawal(address));
    const earlier = new Date(Date.now() - 86_400_000).toISOString();
    const states = [];
    for (const body of [signUp(address, { occurredAt: earlier }), signUp(address)]) {
      const { json } = await contacts.post('service', '/v1/captures', body);
      states.push(await newsletter(String(json.subjectId)));
    }
    expect(states).toEqual(['suppressed', 'suppressed']);
    const nextDay = newAddress();
    await unsubscribe(withdrawal(nextDay));
    await enteredDaysAgo(nextDay, 2);
    const old = signUp(nextDay, { occurredAt: new Date(Date.now() - 3 * 86_400_000).toISOString() });
    const { json } = await contacts.post('service', '/v1/captures', old);
    const subjectId = String(json.subjectId);
    expect(await newsletter(subjectId)).toBe('suppressed');
    await contacts.post('service', '/v1/captures', signUp(nextDay));
    expect(await newsletter(subjectId)).toBe('given');
  });

  it('blocks by a list that is imported also whom the ledger knows', async () => {
    const address = newAddress();
    const { json } = await contacts.post('service', '/v1/captures', signUp(address));
    expect(await newsletter(String(json.subjectId))).toBe('given');
    const addresses = [address, newAddress()].map((value) => ({ kind: 'email', value }));
    const imported = await contacts.post('service', '/v1/suppressions/import', { addresses });
    expect(imported.json).toEqual({ received: 2, entered: 2, matched: 1 });
    expect(await newsletter(String(json.subjectId))).toBe('suppressed');
  });

  it('reaches who is registering with that address at this moment', async () => {
    const [address, subjectId] = [newAddress(), randomUUID()];
    const normalised = Personal.of(address);
    const claim = { subjectId, contactPointId: randomUUID(), commandId: randomUUID() };
    await contacts.keyStore.claims.claim({ ...claim, kind: 'email', normalised });
    const { json } = await unsubscribe(withdrawal(address));
    expect(json).toEqual({ matched: 1, appended: 1, suppressed: 1 });
    expect((await everything()).filter(({ stream }) => stream === `consent-${subjectId}`)).toMatchObject([
      { type: 'ConsentWithdrawn' },
    ]);
  });

  it('is lost in no race with a registration, whichever comes first', async () => {
    const earlier = new Date(Date.now() - 86_400_000).toISOString();
    const rounds = Array.from({ length: 12 }, async (_, round) => {
      const address = newAddress();
      const pause = (n: number) => new Promise((done) => setTimeout(done, n));
      const [captured] = await Promise.all([
        contacts.post('service', '/v1/captures', signUp(address, { occurredAt: earlier })),
        pause(round * 4).then(() => unsubscribe(withdrawal(address))),
      ]);
      return newsletter(String(captured.json.subjectId));
    });
    for (const state of await Promise.all(rounds)) expect(['withdrawn', 'suppressed']).toContain(state);
  });

  it('blocks every purpose where the purpose is unknown, and every channel where all are meant', async () => {
    const address = newAddress();
    const { json } = await unsubscribe(withdrawal(address, { purposeId: 'vos publicités', channels: 'all' }));
    expect(json).toEqual({ matched: 0, appended: 0, suppressed: 1 });
    const [entry] = await blocked(address);
    expect([entry?.purposeId, entry?.channel]).toEqual([undefined, undefined]);
  });

  it('answers a repeated command the same', async () => {
    for (const body of [withdrawal(newAddress()), withdrawal(await knownAddress())]) {
      const headers = { 'idempotency-key': randomUUID() };
      const first = await contacts.post('service', '/v1/withdrawals', body, headers);
      const again = await contacts.post('service', '/v1/withdrawals', body, headers);
      expect([again.status, again.json]).toEqual([first.status, first.json]);
    }
  });

  it('has nothing to suppress for an external id that nobody has', async () => {
    const contact = { kind: 'external-id', value: '4711', system: 'crm' };
    const { json } = await unsubscribe(withdrawal('', { contact }));
    expect(json).toEqual({ matched: 0, appended: 0, suppressed: 0 });
  });

  it('declines only what is no address, without repeating it', async () => {
    const { status, json } = await unsubscribe(withdrawal('pas une adresse'));
    expect([status, json.errors?.[0]?.pointer ?? json.pointer]).toEqual([409, '/contact/value']);
    expect(JSON.stringify(json)).not.toContain('pas une');
  });

  it('is no route of a form or of the person', async () => {
    const body = withdrawal(newAddress());
    const asForm = await contacts.send({ method: 'POST', path: '/v1/withdrawals', as: 'form', body });
    const who = { as: 'subject', sub: randomUUID() } as const;
    const asSubject = await contacts.send({ method: 'POST', path: '/v1/withdrawals', ...who, body });
    expect([asForm.status, asSubject.status]).toEqual([403, 403]);
  });

  async function newsletter(subjectId: string): Promise<string | undefined> {
    await contacts.caughtUp();
    const { json } = await contacts.get('service', `/v1/subjects/${subjectId}`);
    const choices = json.choices as { purposeId: string; channel: string; state: string }[];
    return choices.find(({ purposeId, channel }) => purposeId === PURPOSES[0] && channel === 'email')?.state;
  }

  /** Days cannot be waited for: the entry is made older. */
  async function enteredDaysAgo(value: string, days: number): Promise<void> {
    const { suppressions, suppressionKeys } = contacts.keyStore;
    const [entry] = await blocked(value);
    const key = await suppressionKeys.forNewEntry({ kind: 'email', normalised: Personal.of(value) });
    const enteredOn = addDays(parisDay(new Date().toISOString()), -days);
    await suppressions.put({ ...entry!, ...key, enteredOn });
  }

  async function knownAddress(): Promise<string> {
    const address = newAddress();
    await contacts.post('form', '/v1/captures', signUp(address));
    return address;
  }
});
