import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Personal } from '#kernel';
import { SubjectErased } from '../errors.js';
import { openFixture, type KeyStoreFixture } from '../keys/key-store.fixture.js';
import { ClaimInProgress, ExternalIdTaken } from './claim-errors.js';
import type { ContactValue } from './blind-index.js';
import { MAX_LOOK_UP, type ClaimContact, type ContactClaims } from './contact-claims.js';

let fixture: KeyStoreFixture;
let claims: ContactClaims;
beforeAll(async () => {
  fixture = await openFixture();
  claims = fixture.store.claims;
});
afterAll(() => fixture.close());

const email = (text: string): ContactValue => ({ kind: 'email', normalised: Personal.of(text) });
const externalId = (text: string, system = 'crm'): ContactValue => ({
  kind: 'external-id',
  system,
  normalised: Personal.of(text),
});
const newAddress = (): ContactValue => email(`${randomUUID()}@mail.example`);
const claimOf = (value: ContactValue, subjectId: string = randomUUID()): ClaimContact => ({
  ...value,
  subjectId,
  contactPointId: randomUUID(),
  commandId: randomUUID(),
});
async function live(value: ContactValue, subjectId?: string): Promise<ClaimContact> {
  const claim = claimOf(value, subjectId);
  await claims.claim(claim);
  await claims.confirm(claim.commandId);
  return claim;
}
const find = async (value: ContactValue): Promise<string[] | undefined> =>
  (await claims.findLive([value]))[0];

describe('a claim', () => {
  it('is found only when its fact stands', async () => {
    const address = newAddress();
    const claim = claimOf(address);
    expect(await claims.claim(claim)).toEqual({ state: 'pending', contactPointId: claim.contactPointId });
    expect([await find(address), await claims.findLivePoints([address])]).toEqual([[], [[]]]);
    await claims.confirm(claim.commandId);
    const { subjectId, contactPointId } = claim;
    expect(await claims.findLivePoints([address])).toEqual([[{ subjectId, contactPointId }]]);
    expect(await find(address)).toEqual([claim.subjectId]);
    expect(await claims.claim(claim)).toEqual({ state: 'live', contactPointId: claim.contactPointId });
  });

  it('is shared by everybody who has the value: spouses share a mailbox', async () => {
    const address = newAddress();
    const people = [await live(address), await live(address)].map(({ subjectId }) => subjectId).sort();
    expect(await find(address)).toEqual(people);
    expect(await claims.findLive([newAddress(), address, address])).toEqual([[], people, people]);
    const [nobody, points] = await claims.findLivePoints([newAddress(), address]);
    expect([nobody, points?.map(({ subjectId }) => subjectId)]).toEqual([[], people]);
  });

  it('reaches with a "no" also whoever is about to have the value, for as long as that may come', async () => {
    const address = newAddress();
    const has = await live(address);
    const comes = claimOf(address);
    await claims.claim(comes);
    const holderOf = ({ subjectId, contactPointId }: ClaimContact) => ({ subjectId, contactPointId });
    const [nobody, holders] = await claims.holders([newAddress(), address]);
    expect(nobody).toEqual([]);
    expect(new Set(holders)).toEqual(new Set([has, comes].map(holderOf)));
    await claims.drop(comes.commandId);
    expect(await claims.holders([address])).toEqual([[holderOf(has)]]);
  });

  it('says that the person already has the value', async () => {
    const address = newAddress();
    const first = await live(address);
    const again = await claims.claim(claimOf(address, first.subjectId));
    expect(again).toEqual({ state: 'live', contactPointId: first.contactPointId });
  });

  it('waits for another command that records the same value for the same person', async () => {
    const claim = claimOf(newAddress());
    await claims.claim(claim);
    await expect(claims.claim(claimOf(claim, claim.subjectId))).rejects.toThrow(ClaimInProgress);
    expect(await claims.claim(claim)).toMatchObject({ state: 'pending' });
    await claims.drop(claim.commandId);
    expect(await claims.claim(claimOf(claim, claim.subjectId))).toMatchObject({ state: 'pending' });
  });

  it('tells kinds and systems apart', async () => {
    const { subjectId } = await live(externalId('42', 'crm'));
    expect(await find(externalId('42', 'crm'))).toEqual([subjectId]);
    expect(await find(externalId('42', 'shop'))).toEqual([]);
    expect(await find(email('42'))).toEqual([]);
  });

  it('is released with its contact point, or with its person', async () => {
    const [one, two] = [newAddress(), newAddress()];
    const first = await live(one);
    await live(two, first.subjectId);
    await claims.releasePoints(first.subjectId, [first.contactPointId], []);
    expect(await claims.findLive([one, two])).toEqual([[], [first.subjectId]]);
    await claims.releaseSubject(first.subjectId, ['marketing']);
    expect(await find(two)).toEqual([first.subjectId]);
    await claims.releaseSubject(first.subjectId);
    expect(await find(two)).toEqual([]);
  });

  it('leads to nobody from the moment that the keys are destroyed, also while it lies there', async () => {
    const address = newAddress();
    const { subjectId } = await live(address);
    const other = await live(address);
    await fixture.store.subjects.destroy({ subjectId, scopes: ['identity'], erasureId: randomUUID() });
    expect(await find(address)).toEqual([other.subjectId]);
    expect((await claims.holders([address])).flat().map((holder) => holder.subjectId)).toEqual([
      other.subjectId,
    ]);
    expect(await claims.releaseSubject(subjectId)).toBe(1);
  });

  it('is refused for an erased person', async () => {
    const subjectId = randomUUID();
    await fixture.store.subjects.destroy({ subjectId, scopes: ['identity'], erasureId: randomUUID() });
    await expect(claims.claim(claimOf(newAddress(), subjectId))).rejects.toThrow(SubjectErased);
    await claims.claim({ ...claimOf(newAddress(), subjectId), scope: 'contract' });
  });

  it('refuses a look-up that is too large', async () => {
    const many = Array.from({ length: MAX_LOOK_UP + 1 }, newAddress);
    await expect(claims.findLive(many)).rejects.toThrow(RangeError);
    expect(await claims.findLive(many.slice(1))).toHaveLength(MAX_LOOK_UP);
    expect(await claims.findLive([])).toEqual([]);
  });
});

describe('an external id', () => {
  it('belongs to one person, from the first claim on', async () => {
    const value = externalId(randomUUID());
    const owner = claimOf(value);
    await claims.claim(owner);
    const pending: unknown = await claims.claim(claimOf(value)).catch((error: unknown) => error);
    expect(pending).toBeInstanceOf(ExternalIdTaken);
    expect(pending).toMatchObject({ subjectId: owner.subjectId, pending: true });
    await claims.confirm(owner.commandId);
    await expect(claims.claim(claimOf(value))).rejects.toMatchObject({ pending: false });
  });

  it('has one owner among any number of concurrent claims', async () => {
    const value = externalId(randomUUID());
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => claims.claim(claimOf(value))));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const each of outcomes) {
      if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(ExternalIdTaken);
    }
  });

  it('is free again when its owner is erased, even if the claim was left behind', async () => {
    const value = externalId(randomUUID());
    const { subjectId } = await live(value);
    await fixture.store.subjects.destroy({ subjectId, scopes: ['identity'], erasureId: randomUUID() });
    const next = await live(value);
    expect(await find(value)).toEqual([next.subjectId]);
  });
});

describe('what died on the way', () => {
  it('is listed and dropped, and live claims stay', async () => {
    const address = newAddress();
    const dead = claimOf(address);
    await claims.claim(dead);
    const kept = await live(address);
    const stale = await claims.stalePending(0);
    expect(stale).toContainEqual({
      kind: 'email',
      subjectId: dead.subjectId,
      contactPointId: dead.contactPointId,
      commandId: dead.commandId,
      createdAt: expect.any(String),
    });
    expect((await claims.stalePending(60_000)).length).toBe(0);
    await claims.drop(dead.commandId);
    await claims.drop(kept.commandId);
    expect(await find(address)).toEqual([kept.subjectId]);
    expect((await claims.stalePending(0)).map(({ commandId }) => commandId)).not.toContain(dead.commandId);
  });
});

describe('the match lock', () => {
  it('lets concurrent registrations of one address create one person', async () => {
    const address = newAddress();
    const other = fixture.another();
    other.reconciled();
    await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        (n % 2 ? fixture.store : other).claims.withMatchLock([address, newAddress()], async () => {
          if ((await find(address))?.length === 0) await live(address);
        }),
      ),
    );
    expect(await find(address)).toHaveLength(1);
  });

  it('is free again after a failure, which passes through', async () => {
    const address = newAddress();
    const failure = new RangeError('mine');
    await expect(claims.withMatchLock([address], () => Promise.reject(failure))).rejects.toBe(failure);
    expect(await claims.withMatchLock([address], () => Promise.resolve(7))).toBe(7);
  });

  it('never dead-locks when values are named in another order', async () => {
    const values = [newAddress(), newAddress(), newAddress()];
    const runs = Array.from({ length: 12 }, (_, n) =>
      claims.withMatchLock(n % 2 ? values : [...values].reverse(), () => Promise.resolve(n)),
    );
    expect(await Promise.all(runs)).toEqual(runs.map((_, n) => n));
  });
});

describe('a new version of the blind index', () => {
  it('is filled claim by claim from living envelopes, and the old key is destroyed when nothing uses it', async () => {
    const address = newAddress();
    const claim = await live(address);
    const shop = externalId(randomUUID(), 'shop');
    const owner = await live(shop);
    await claims.startIndexVersion();
    // Every process has read the new version after two minutes.
    await fixture.database.pool.query(`UPDATE ks.named_key SET created_at = now() - interval '1 hour'`);
    const later = fixture.another();
    later.reconciled();
    expect(await later.claims.findLive([address, shop])).toEqual([[claim.subjectId], [owner.subjectId]]);
    await expect(later.claims.claim(claimOf(shop))).rejects.toThrow(ExternalIdTaken);
    const fresh = claimOf(address);
    await later.claims.claim(fresh);
    await later.claims.confirm(fresh.commandId);

    expect(await later.claims.finishIndexVersion()).toBeGreaterThan(0);
    await later.claims.reindex(claim);
    await later.claims.reindex(owner);
    await later.claims.reindex(owner);
    expect((await later.claims.findLive([address, shop]))[1]).toEqual([owner.subjectId]);
    await fixture.database.pool.query(`DELETE FROM ks.contact_claim WHERE bik_ver = 1`);
    expect(await later.claims.finishIndexVersion()).toBe(0);
    expect((await later.claims.findLive([address]))[0]).toEqual([claim.subjectId, fresh.subjectId].sort());
    const { rows } = await fixture.database.pool.query(
      `SELECT version FROM ks.named_key WHERE name = 'blind-index'`,
    );
    expect(rows).toEqual([{ version: 2 }]);
  });
});

/** What look-ups should find: pending and standing claims of three people and three values. */
class ClaimModel {
  private readonly values = [newAddress(), newAddress(), newAddress()];
  private readonly subjects = [randomUUID(), randomUUID(), randomUUID()];
  private pending = new Map<string, ClaimContact>();
  private standing = new Map<string, ClaimContact>();

  async claim(subject: number, value: number): Promise<void> {
    const key = `${subject}/${value}`;
    if (this.pending.has(key) || this.standing.has(key)) return;
    const next = claimOf(this.values[value]!, this.subjects[subject]);
    await claims.claim(next);
    this.pending.set(key, next);
  }

  async confirm(subject: number, value: number): Promise<void> {
    const claim = this.pending.get(`${subject}/${value}`);
    if (claim === undefined) return;
    await claims.confirm(claim.commandId);
    this.pending.delete(`${subject}/${value}`);
    this.standing.set(`${subject}/${value}`, claim);
  }

  async drop(subject: number, value: number): Promise<void> {
    const claim = this.pending.get(`${subject}/${value}`) ?? this.standing.get(`${subject}/${value}`);
    if (claim !== undefined) await claims.drop(claim.commandId);
    this.pending.delete(`${subject}/${value}`);
  }

  async release(subject: number, value: number): Promise<void> {
    const claim = this.standing.get(`${subject}/${value}`);
    if (claim !== undefined) await claims.releasePoints(claim.subjectId, [claim.contactPointId], []);
    this.standing.delete(`${subject}/${value}`);
  }

  async erase(subject: number): Promise<void> {
    await claims.releaseSubject(this.subjects[subject]!);
    const others = (map: Map<string, ClaimContact>): Map<string, ClaimContact> =>
      new Map([...map].filter(([key]) => !key.startsWith(`${subject}/`)));
    this.pending = others(this.pending);
    this.standing = others(this.standing);
  }

  async check(): Promise<void> {
    const expected = this.values.map((_, value) =>
      this.subjects.filter((_id, subject) => this.standing.has(`${subject}/${value}`)).sort(),
    );
    expect(await claims.findLive(this.values)).toEqual(expected);
  }
}

describe('any sequence of claims', () => {
  it('finds exactly those whose facts stand (model)', async () => {
    const act = fc.record({
      kind: fc.constantFrom('claim', 'claim', 'confirm', 'confirm', 'drop', 'release', 'erase'),
      subject: fc.nat(2),
      value: fc.nat(2),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 25 }), async (acts) => {
        const model = new ClaimModel();
        for (const { kind, subject, value } of acts) await model[kind](subject, value);
        await model.check();
      }),
      { numRuns: 30 },
    );
  });
});
