import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Personal, type Clock } from '#kernel';
import { DailyKeyGone } from './daily/daily-keys.js';
import { openFixture, type KeyStoreFixture } from './keys/key-store.fixture.js';
import { ServiceKeyUnknown } from './service-keys/service-keys.js';
import type { SuppressibleAddress } from './suppression/suppression-keys.js';

let fixture: KeyStoreFixture;
beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

describe('the map of actors', () => {
  const identity = () => ({ issuer: 'https://id.example', sub: randomUUID(), kind: 'operator' as const });

  it('gives one identity one random id, the same in every process', async () => {
    const who = identity();
    const first = await fixture.store.actors.resolve(who);
    expect(first.isNew).toBe(true);
    expect(await fixture.store.actors.resolve(who)).toEqual({ actorId: first.actorId, isNew: false });
    expect(await fixture.another().actors.resolve(who)).toEqual({ actorId: first.actorId, isNew: false });
  });

  it('tells exactly one of several callers at once that the actor is new', async () => {
    const who = identity();
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, n) => (n % 2 ? fixture.store : fixture.another()).actors.resolve(who)),
    );
    expect(new Set(all.map(({ actorId }) => actorId)).size).toBe(1);
    expect(all.filter(({ isNew }) => isNew)).toHaveLength(1);
  });

  it('tells issuers apart, also when texts run together', async () => {
    const ids = await Promise.all(
      [
        ['https://a.example', '1'],
        ['https://a.example1', ''],
        ['https://b.example', '1'],
      ].map(async ([issuer, sub]) =>
        fixture.store.actors.resolve({ issuer: issuer!, sub: sub!, kind: 'service' }),
      ),
    );
    expect(new Set(ids.map(({ actorId }) => actorId)).size).toBe(3);
  });
});

describe('the keys of days', () => {
  const at = (instant: string): Clock => ({ now: () => instant });

  it('are stable through the day and different the next', async () => {
    const morning = fixture.another({ clock: at('2026-03-01T08:00:00.000Z') }).daily;
    const evening = fixture.another({ clock: at('2026-03-01T21:00:00.000Z') }).daily;
    const next = fixture.another({ clock: at('2026-03-01T23:30:00.000Z') }).daily;
    const first = await morning.today('key');
    expect(first.day).toBe('2026-03-01');
    expect(await evening.today('key')).toEqual(first);
    expect(await evening.today('other')).not.toEqual(first);
    const later = await next.today('key');
    expect(later.day).toBe('2026-03-02');
    expect(later.hmac.equals(first.hmac)).toBe(false);
    expect((await next.hmac('2026-03-01', 'key')).equals(first.hmac)).toBe(true);
  });

  it('are destroyed after seven days and never made again', async () => {
    const { daily } = fixture.another({ clock: at('2026-05-01T08:00:00.000Z') });
    await daily.today('key');
    const onDay = (day: string) => fixture.another({ clock: at(`2026-05-${day}T08:00:00.000Z`) }).daily;
    const seventh = onDay('08');
    expect(await seventh.purge()).not.toContain('2026-05-01');
    await seventh.hmac('2026-05-01', 'key');
    const eighth = onDay('09');
    await expect(eighth.hmac('2026-05-01', 'key')).rejects.toThrow(DailyKeyGone);
    expect(await eighth.purge()).toContain('2026-05-01');
    await expect(onDay('05').hmac('2026-05-01', 'key')).rejects.toThrow(DailyKeyGone);
    await expect(eighth.hmac('2026-05-04', 'key')).rejects.toThrow(DailyKeyGone);
    await expect(eighth.hmac('yesterday', 'key')).rejects.toThrow(RangeError);
  });
});

describe('the suppression list', () => {
  const address = (): SuppressibleAddress => ({
    kind: 'email',
    normalised: Personal.of(`${randomUUID()}@mail.example`),
  });

  it('matches an address whatever version its entry was made under', async () => {
    const { suppressionKeys: keys, suppressions: list } = fixture.store;
    const [one, two, free] = [address(), address(), address()];
    const enter = async (who: SuppressibleAddress) => {
      const entry = { suppressionId: randomUUID(), ...(await keys.forNewEntry(who)) };
      await list.put({
        ...entry,
        purposeId: 'newsletter',
        channel: 'email',
        enteredOn: '2026-05-01',
        reviewOn: '2029-05-01',
      });
      return entry;
    };
    const before = await list.count();
    const old = await enter(one);
    expect(old.version).toBe(1);
    expect(await keys.addVersion()).toBe(2);
    expect((await keys.forNewEntry(two)).version).toBe(1);
    await fixture.database.pool.query(`UPDATE ks.named_key SET created_at = now() - interval '1 hour'`);
    const later = fixture.another();
    expect((await later.suppressionKeys.forNewEntry(two)).version).toBe(2);
    expect((await later.suppressionKeys.fingerprint(two)).map(({ version }) => version)).toEqual([2, 1]);
    const newKey = await later.suppressionKeys.forNewEntry(two);
    const fresh = { suppressionId: randomUUID(), enteredOn: '2026-05-02', ...newKey };
    await later.suppressions.put(fresh);
    await later.suppressions.put(fresh);

    expect(await later.suppressions.matching([one, free, two])).toEqual([
      [
        {
          suppressionId: old.suppressionId,
          purposeId: 'newsletter',
          channel: 'email',
          enteredOn: '2026-05-01',
          reviewOn: '2029-05-01',
        },
      ],
      [],
      [{ suppressionId: fresh.suppressionId, enteredOn: '2026-05-02' }],
    ]);
    expect(await list.count()).toBe(before + 2);
    await list.remove(old.suppressionId);
    expect(await list.matching([one])).toEqual([[]]);
  });

  it('tells kinds apart and is rebuilt in one go', async () => {
    const { suppressionKeys: keys, suppressions: list } = fixture.store;
    const who = address();
    const key = await keys.forNewEntry(who);
    const entry = { suppressionId: randomUUID(), enteredOn: '2026-05-01', ...key };
    await list.rebuild([entry]);
    expect(await list.count()).toBe(1);
    expect(await list.matching([{ ...who, kind: 'phone' }, who])).toEqual([
      [],
      [{ suppressionId: entry.suppressionId, enteredOn: '2026-05-01' }],
    ]);
  });
});

describe('service keys', () => {
  const wish = (clientId = randomUUID()) => ({ name: 'crm', clientId, scopes: ['commands', 'checks'] });

  it('are known by their secret only, which is shown once', async () => {
    const { serviceKeys } = fixture.store;
    const issued = await serviceKeys.create(wish());
    const secret = issued.secret.reveal();
    expect(secret).toMatch(/^grf_[\w-]{43}$/);
    expect(await serviceKeys.verify(secret)).toEqual({
      keyId: issued.keyId,
      clientId: issued.clientId,
      actorId: issued.actorId,
      scopes: ['commands', 'checks'],
      name: 'crm',
    });
    for (const wrong of ['', 'grf_', `${secret}x`, secret.toUpperCase(), `grf_${'A'.repeat(43)}`]) {
      expect(await serviceKeys.verify(wrong)).toBeUndefined();
    }
    const listed = JSON.stringify(await serviceKeys.list()) + JSON.stringify(issued);
    expect(listed).toContain(issued.keyId);
    expect(listed).not.toContain(secret);
  });

  it('are refused at once here, and elsewhere when the cache has run out', async () => {
    const { serviceKeys } = fixture.store;
    const issued = await serviceKeys.create(wish());
    const secret = issued.secret.reveal();
    await serviceKeys.verify(secret);
    await serviceKeys.revoke(issued.keyId);
    await serviceKeys.revoke(issued.keyId);
    expect(await serviceKeys.verify(secret)).toBeUndefined();
    expect(await fixture.another().serviceKeys.verify(secret)).toBeUndefined();
    await expect(serviceKeys.rotate(issued.keyId)).rejects.toThrow(ServiceKeyUnknown);
    expect((await serviceKeys.list()).find(({ keyId }) => keyId === issued.keyId)?.revokedAt).toBeDefined();
  });

  it('are replaced with a grace period, and the client stays the same actor', async () => {
    const { serviceKeys } = fixture.store;
    const first = await serviceKeys.create(wish());
    const second = await serviceKeys.rotate(first.keyId, { graceMs: 60_000 });
    const third = await serviceKeys.rotate(second.keyId);
    expect(new Set([first, second, third].map(({ actorId }) => actorId)).size).toBe(1);
    const states = await Promise.all(
      [first, second, third].map(({ secret }) => serviceKeys.verify(secret.reveal())),
    );
    expect(states.map((state) => state !== undefined)).toEqual([true, false, true]);
  });

  it('end at their date', async () => {
    const { serviceKeys } = fixture.store;
    const ended = await serviceKeys.create({ ...wish(), expiresAt: '2020-01-01T00:00:00.000Z' });
    expect(await serviceKeys.verify(ended.secret.reveal())).toBeUndefined();
  });
});
