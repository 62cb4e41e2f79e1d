import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '#http';
import { consentGiven, saidNo } from '../consent-facts.fixture.js';
import { appendFacts, day, POINTS, PURPOSES } from '../contacts.fixture.js';
import { erasure, objectionRaised, restricted } from '../rights-facts.fixture.js';
import { pointAdded, registered, relationshipEvent } from '../subject-facts.fixture.js';
import { openContactsApp, type ContactsApp } from '../contacts.harness.js';
import { ConsentsDto } from './consents.dto.js';
import { ContactStateDto } from './contact-state.dto.js';

// Goal: what a client sees of a contact. Method: facts in the store, questions over HTTP.

let contacts: ContactsApp;
const [anna, erased] = [randomUUID(), randomUUID()];
beforeAll(async () => {
  contacts = await openContactsApp();
  await appendFacts(contacts.store, [
    registered(anna),
    pointAdded(anna),
    consentGiven(anna, { at: day(10) }),
    restricted(anna, day(15)),
    saidNo(anna, { purposeId: 'all', channel: 'post', at: day(20) }),
    objectionRaised(anna, { purposeId: PURPOSES[1] ?? '', channel: 'email', at: day(30) }),
    relationshipEvent(anna, { at: day(35), categories: ['bedding'] }),
    relationshipEvent(anna, { at: day(32) }),
    registered(erased),
    consentGiven(erased),
    ...erasure(erased),
  ]);
  await contacts.caughtUp();
});
afterAll(() => contacts.close());

describe('GET /v1/subjects/{subjectId}', () => {
  it('tells what stands, without a personal value', async () => {
    const { status, json, headers } = await contacts.get('service', `/v1/subjects/${anna}`);
    expect(status).toBe(200);
    expect(json).toMatchObject({
      subjectId: anna,
      status: 'registered',
      erased: false,
      parked: false,
      audience: 'consumer',
      contactPoints: [{ contactPointId: POINTS[0], kind: 'email', state: 'active' }],
      choices: [
        { purposeId: PURPOSES[0], channel: 'email', state: 'given', restricted: true, proofGrade: 'weak' },
        { purposeId: PURPOSES[1], channel: 'email', state: 'objected', restricted: true },
      ],
      wideNos: [{ purposeId: 'all', channel: 'post', kind: 'withdrawn', since: day(20) }],
      objections: [{ kind: 'marketing', since: day(30) }],
      restrictions: [{ ground: 'accuracy', purposeIds: 'all', state: 'standing' }],
      relationships: [
        { kind: 'sale', productCategories: ['bedding', 'furniture'], since: day(32), last: day(35) },
      ],
      revisions: { subject: 1, consent: 1, rights: 1, relationship: 1 },
      token: expect.stringMatching(/^[0-9a-f-]{36}~\d{20}$/),
    });
    expect(headers['etag']).toBe('"1"');
  });

  it('has the shape that the documentation gives, and nothing more', async () => {
    const state = await contacts.get('service', `/v1/subjects/${anna}`);
    expect(() => validate(ContactStateDto, state.json, 'json')).not.toThrow();
    const consents = await contacts.get('service', `/v1/subjects/${anna}/consents`);
    expect(consents.json.items).toHaveLength(1);
    expect(() => validate(ConsentsDto, consents.json, 'json')).not.toThrow();
  });

  it('tells a past day as it was, and as it was known', async () => {
    const at = await contacts.get('auditor', `/v1/subjects/${anna}?at=${day(12)}`);
    expect(at.json).toMatchObject({ at: day(12), choices: [{ state: 'given', restricted: false }] });
    expect(at.json.knownAs).toBeUndefined();
    const known = await contacts.get('auditor', `/v1/subjects/${anna}?knownAs=${day(2)}`);
    expect(known.json).toMatchObject({ at: day(2), knownAs: { instant: day(2) }, choices: [] });
  });

  it('refuses a past that is not settled, and the future', async () => {
    const now = new Date().toISOString();
    const young = await contacts.get('auditor', `/v1/subjects/${anna}?knownAs=${now}`);
    expect([young.status, young.json.errors[0].pointer]).toEqual([400, '?knownAs']);
    const future = await contacts.get('auditor', `/v1/subjects/${anna}?at=2999-01-01T00:00:00Z`);
    expect([future.status, future.json.errors[0].code]).toEqual([400, 'occurred-in-the-future']);
  });

  it('knows nobody where nothing is known', async () => {
    expect((await contacts.get('service', `/v1/subjects/${randomUUID()}`)).status).toBe(404);
  });

  it('is silent about an erased person, but to auditors and data protection officers', async () => {
    for (const role of ['service', 'operator'] as const) {
      expect((await contacts.get(role, `/v1/subjects/${erased}`)).status).toBe(410);
      expect((await contacts.get(role, `/v1/subjects/${erased}?at=${day(5)}`)).status).toBe(410);
    }
    const { status, json } = await contacts.get('auditor', `/v1/subjects/${erased}`);
    expect([status, json.erased, json.status, json.erasure.state]).toEqual([
      200,
      true,
      'erased',
      'unreadable',
    ]);
  });

  it('is the person’s own to read, and nobody else’s', async () => {
    const own = await contacts.send({ path: `/v1/subjects/${anna}`, as: 'subject', sub: anna });
    const other = await contacts.send({ path: `/v1/subjects/${anna}`, as: 'subject', sub: randomUUID() });
    expect([own.status, other.status]).toEqual([200, 403]);
  });

  it('is at least as new as a token', async () => {
    const { json } = await contacts.post('service', `/v1/subjects/${anna}/withdrawals`, {
      purposeId: PURPOSES[0],
      channels: ['email'],
      source: { kind: 'staff' },
    });
    const { json: state } = await contacts.get(
      'service',
      `/v1/subjects/${anna}?minToken=${String(json.token)}`,
    );
    expect(state.choices).toEqual([expect.objectContaining({ state: 'withdrawn' }), expect.anything()]);
  });
});
