import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ExpiringConsents } from '#consent';
import { consentStream } from '#consent/contract';
import type { StoredEvent } from '#event-store';
import { consentEnded, consentGiven, saidNo } from '../consent-facts.fixture.js';
import { appendFacts, day, PURPOSES, type Fact } from '../contacts.fixture.js';
import { erasure } from '../rights-facts.fixture.js';
import { registered } from '../subject-facts.fixture.js';
import { openContactsApp, type ContactsApp } from '../contacts.harness.js';
import { DueConsentsQuery } from '../read-model/due-consents.query.js';
import { ConsentExpiry } from './consent-expiry.js';

// Goal: every consent whose stated end has come gets its end on record, once, whoever looks, however often, and after
// whatever interruption. Method: the real write path and read model; looks before the read model knows of the last one
// stand for a process that died between append and answer.

let process: ContactsApp;
const never = new AbortController().signal;
beforeAll(async () => {
  process = await openContactsApp();
});
afterAll(() => process.close());

const aProcess = () =>
  new ConsentExpiry(new DueConsentsQuery(process.database.pool), process.app.get(ExpiringConsents));
const ending = (subjectId: string, more: object = {}) =>
  consentGiven(subjectId, { at: day(10), validUntil: day(20), ...more });

async function known(...facts: readonly Fact[]): Promise<void> {
  await appendFacts(process.store, facts);
  await process.caughtUp();
}

async function expiriesOf(subjectId: string): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of process.store.read(consentStream(subjectId))) events.push(event);
  return events.filter(({ type }) => type === 'ConsentExpired');
}

describe('the ledger’s clock', () => {
  it('ends what is due, at its stated end, and nothing else', async () => {
    const [anna, paul] = [randomUUID(), randomUUID()];
    const due = ending(anna);
    const far = consentGiven(anna, { at: day(10), validUntil: '2999-01-01T00:00:00.000Z', channel: 'post' });
    const endless = consentGiven(anna, { at: day(10), channel: 'sms-mms' });
    await known(registered(anna), due, far, endless, registered(paul), ending(paul));
    expect(await aProcess().expireDue(never)).toBe(2);
    const [expired, ...others] = await expiriesOf(anna);
    expect(others).toEqual([]);
    expect(expired?.data).toEqual({
      ...{ consentId: due.data['consentId'], subjectId: anna, purposeId: PURPOSES[0], channel: 'email' },
      ...{ controllerId: due.data['controllerId'], occurredAt: day(20) },
    });
    expect(expired?.metadata).toMatchObject({ actor: { k: 'system' } });
    await process.caughtUp();
    const state = (await process.get('auditor', `/v1/subjects/${anna}`)).json;
    expect(state.choices).toContainEqual(
      expect.objectContaining({ channel: 'email', state: 'expired', since: day(20), decidedBy: expired?.id }),
    );
  });

  it('leaves what had ended before: by a "no", by another, as never valid, with the person', async () => {
    const people = Array.from({ length: 4 }, () => randomUUID());
    const [withdrew, revoked, never_, erased] = people as [string, string, string, string];
    const [two, three] = [ending(revoked), ending(never_)];
    await known(
      ...[registered(withdrew), ending(withdrew), saidNo(withdrew, { at: day(15) })],
      ...[
        two,
        consentEnded(two, { at: day(15) }),
        three,
        consentEnded(three, { type: 'ConsentInvalidated' }),
      ],
      ...[registered(erased), ending(erased), ...erasure(erased)],
    );
    expect(await aProcess().expireDue(never)).toBe(0);
    for (const person of people) expect(await expiriesOf(person)).toEqual([]);
  });

  it('ends each once: by two at the same time, and again before the read model knows', async () => {
    const people = Array.from({ length: 20 }, () => randomUUID());
    await known(...people.flatMap((id) => [registered(id), ending(id)]));
    const [one, other] = [aProcess(), aProcess()];
    const looks = await Promise.all([one.expireDue(never), other.expireDue(never)]);
    expect(Math.max(...looks)).toBeLessThanOrEqual(people.length);
    await one.expireDue(never);
    await aProcess().expireDue(never);
    for (const person of people) expect(await expiriesOf(person)).toHaveLength(1);
  });

  it('takes up what was told late, and does not end what the person renewed', async () => {
    await aProcess().expireDue(never);
    const late = randomUUID();
    await known(registered(late), ending(late), consentGiven(late, { at: day(30) }));
    expect(await aProcess().expireDue(never)).toBe(1);
    await process.caughtUp();
    const state = (await process.get('auditor', `/v1/subjects/${late}`)).json;
    expect(state.choices).toMatchObject([{ state: 'given', since: day(30) }]);
  });

  it('waits for whoever has an event that cannot be read', async () => {
    const broken = randomUUID();
    await known(registered(broken), ending(broken));
    await process.store.append(consentStream(broken), { kind: 'revision', revision: 0n }, [
      { id: randomUUID(), type: 'ConsentGiven', data: { nothing: 'fits' }, metadata: {} },
    ]);
    await process.caughtUp();
    expect(await aProcess().expireDue(never)).toBe(0);
    expect(await expiriesOf(broken)).toEqual([]);
  });

  it('goes on with the others where one fails, says so, and takes it up again', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    await known(
      registered(first),
      ending(first),
      registered(second),
      ending(second, { validUntil: day(21) }),
    );
    const consents = process.app.get(ExpiringConsents);
    let isAway = true;
    const failing: Pick<ExpiringConsents, 'expire'> = {
      expire: (subjectId, ...rest) =>
        isAway && subjectId === first
          ? Promise.reject(new Error('away'))
          : consents.expire(subjectId, ...rest),
    };
    const look = new ConsentExpiry(new DueConsentsQuery(process.database.pool), failing as ExpiringConsents);
    await expect(look.expireDue(never)).rejects.toThrow('away');
    expect([await expiriesOf(first), await expiriesOf(second)].map(({ length }) => length)).toEqual([0, 1]);
    isAway = false;
    await look.expireDue(never);
    expect(await expiriesOf(first)).toHaveLength(1);
  });
});
