import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Personal, type ContactPointKind } from '#kernel';
import { ClaimInProgress } from '#subject-keys';
import { subjectStream, type SubjectEvent } from '../contract.js';
import { contextNow, openSubjects, type SubjectsProcess } from '../subjects.harness.js';
import { ClaimReaper } from './claim-reaper.js';
import type { ContactInput } from './contact-values.js';
import { SubjectRegistration, type OnMatch, type Registered } from './subject-registration.js';
import { LinkSubjectsCommand, UnlinkSubjectsCommand } from './subject.commands.js';

// Goal: whoever is registered is found, by every address and by nobody twice, however many register at once and
// wherever a process dies. Method: the real registration on PostgreSQL, run side by side.

let subjects: SubjectsProcess;
beforeAll(async () => {
  subjects = await openSubjects();
});
afterAll(() => subjects.close());

const contact = (kind: ContactPointKind, value: string, system?: string): ContactInput => ({
  ...{ kind, value: Personal.of(value) },
  ...(system === undefined ? {} : { system }),
});
const mailbox = (): string => `${randomUUID()}@courrier.example`;

function register(
  inputs: readonly ContactInput[],
  onMatch: OnMatch = 'create-and-link',
  context = contextNow(),
): Promise<Registered> {
  const registration = {
    audience: 'consumer',
    collection: 'direct',
    source: { kind: 'web-form' },
    occurredAt: context.now,
  } as const;
  return subjects.get(SubjectRegistration).register(registration, inputs, onMatch, context);
}
const findByMail = async (value: string): Promise<readonly string[]> => {
  const [found = []] = await subjects.keyStore.claims.findLive([
    { kind: 'email', normalised: Personal.of(value) },
  ]);
  return found;
};
const historyOf = async (subjectId: string): Promise<readonly SubjectEvent[]> =>
  (await subjects.reader.history(subjectStream(subjectId))) as readonly unknown[] as readonly SubjectEvent[];
const linksOf = async (subjectId: string): Promise<string[]> =>
  (await historyOf(subjectId)).flatMap((event) =>
    event.type === 'SubjectsLinked' ? [event.data.otherSubjectId] : [],
  );

describe('people who register with the same address at once', () => {
  it('are all kept, all found, and every two of them related', async () => {
    const shared = mailbox();
    const registered = await Promise.all(
      [1, 2, 3, 4].map((n) => register([contact('email', shared), contact('name', `Personne ${String(n)}`)])),
    );
    const ids = registered.map(({ subjectId }) => subjectId).sort();
    expect(new Set(ids).size).toBe(4);
    expect(await findByMail(shared)).toEqual(ids);
    const pairs = await Promise.all(ids.map(linksOf));
    // Whoever came later names those who were there: 0 + 1 + 2 + 3.
    expect(pairs.map(({ length }) => length).sort()).toEqual([0, 1, 2, 3]);
    expect(
      new Set(pairs.flatMap((others, i) => others.map((other) => [ids[i], other].sort().join()))).size,
    ).toBe(6);
  });

  it('are one person where the client says that the address names one', async () => {
    const own = mailbox();
    const registered = await Promise.all(
      [1, 2, 3, 4, 5].map(() => register([contact('email', own)], 'reuse-single')),
    );
    expect(new Set(registered.map(({ subjectId }) => subjectId)).size).toBe(1);
    expect(registered.filter(({ created }) => created)).toHaveLength(1);
    expect(await findByMail(own)).toHaveLength(1);
  });

  it('are one person by the external id of one system, and another one by that of another', async () => {
    const id = `C-${randomUUID()}`;
    const [first, second] = await Promise.all(
      [1, 2].map(() => register([contact('external-id', id, 'crm'), contact('email', mailbox())])),
    );
    expect(first!.subjectId).toBe(second!.subjectId);
    const elsewhere = await register([contact('external-id', id, 'shop')]);
    expect(elsewhere.subjectId).not.toBe(first!.subjectId);
    expect(elsewhere.created).toBe(true);
  });
});

describe('a registration', () => {
  it('that is repeated is the same one', async () => {
    const [shared, context] = [mailbox(), contextNow()];
    await register([contact('email', shared)]);
    const once = await register([contact('email', shared)], 'create-and-link', context);
    const again = await register([contact('email', shared)], 'create-and-link', {
      ...context,
      mayBeRetry: true,
    });
    expect(again).toMatchObject({ subjectId: once.subjectId, created: true, matches: once.matches });
    expect(again.outcome.events).toEqual(once.outcome.events);
    expect((await historyOf(once.subjectId)).map(({ type }) => type)).toEqual([
      'SubjectRegistered',
      'ContactPointAdded',
      'SubjectsLinked',
    ]);
  });

  it('whose process died before the fact finds nobody, and blocks its external id for nobody', async () => {
    const id = `C-${randomUUID()}`;
    const dead = { subjectId: randomUUID(), contactPointId: randomUUID(), commandId: randomUUID() };
    const value = { kind: 'external-id', system: 'crm', normalised: Personal.of(id) } as const;
    await subjects.keyStore.claims.claim({ ...dead, ...value });
    expect(await subjects.keyStore.claims.findLive([value])).toEqual([[]]);
    // Not a refusal, which would be repeated for as long as the command is remembered.
    await expect(register([contact('external-id', id, 'crm')])).rejects.toThrow(ClaimInProgress);
    await subjects.get(ClaimReaper).run(0);
    const registered = await register([contact('external-id', id, 'crm')]);
    expect(await subjects.keyStore.claims.findLive([value])).toEqual([[registered.subjectId]]);
  });

  it('whose process died after the fact is found when the reaper has come', async () => {
    const [own, context] = [mailbox(), contextNow()];
    const { subjectId } = await register([contact('email', own)], 'create-and-link', context);
    const { claims } = subjects.keyStore;
    const [added] = (await historyOf(subjectId)).filter((event) => event.type === 'ContactPointAdded');
    await claims.releasePoints(subjectId, [added!.data.contactPointId], []);
    const again = { subjectId, contactPointId: added!.data.contactPointId, commandId: context.commandId };
    await claims.claim({ ...again, kind: 'email', normalised: Personal.of(own) });
    expect(await findByMail(own)).toEqual([]);
    await subjects.get(ClaimReaper).run(0);
    expect(await findByMail(own)).toEqual([subjectId]);
  });

  it('with a value that cannot be one is declined by its place, and leaves nothing', async () => {
    const own = mailbox();
    await expect(register([contact('email', own), contact('phone', 'call me')])).rejects.toMatchObject({
      code: 'contact-point-invalid',
      pointer: '/contactPoints/1/value',
    });
    expect(await findByMail(own)).toEqual([]);
  });
});

describe('a relation', () => {
  const link = async (subjectId: string, otherSubjectId: string, isOtherKnown = true): Promise<void> => {
    const relation = 'household' as const;
    const data = {
      link: { subjectId, otherSubjectId, relation, occurredAt: contextNow().now },
      ...{ isOtherKnown, protection: { isErased: false, isRestricted: false } },
    };
    await subjects.bus.execute(new LinkSubjectsCommand({ type: 'LinkSubjects', data }, contextNow()));
  };
  const unlink = async (subjectId: string, otherSubjectId: string): Promise<void> => {
    const relation = 'household' as const;
    const data = { link: { subjectId, otherSubjectId, relation, occurredAt: contextNow().now } };
    await subjects.bus.execute(new UnlinkSubjectsCommand({ type: 'UnlinkSubjects', data }, contextNow()));
  };

  it('begins once, ends once and may begin again; both people are named in the event', async () => {
    const [one, other] = [await register([contact('email', mailbox())]), await register([])];
    await Promise.all([1, 2, 3].map(() => link(one.subjectId, other.subjectId)));
    await unlink(one.subjectId, other.subjectId);
    await unlink(one.subjectId, other.subjectId);
    await link(one.subjectId, other.subjectId);
    const history = await subjects.reader.history(subjectStream(one.subjectId));
    const relations = history.filter(({ type }) => type.startsWith('Subjects'));
    expect(relations.map(({ type }) => type)).toEqual([
      'SubjectsLinked',
      'SubjectsUnlinked',
      'SubjectsLinked',
    ]);
    expect(relations[0]?.metadata).toMatchObject({ sub: [one.subjectId, other.subjectId] });
    expect(await linksOf(other.subjectId)).toEqual([]);
  });

  it('to oneself or to somebody unknown is declined', async () => {
    const { subjectId } = await register([contact('email', mailbox())]);
    await expect(link(subjectId, subjectId)).rejects.toMatchObject({ code: 'link-to-itself' });
    await expect(link(subjectId, randomUUID(), false)).rejects.toMatchObject({ code: 'subject-unknown' });
    expect(await linksOf(subjectId)).toEqual([]);
  });
});
