import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEventStoreDouble, type EventStoreDouble } from '#testing';
import { NO_STREAM, aStream, at, events, history, readAll } from '../contract-suite/samples.js';
import { AccessDenied, Unavailable } from '../errors.js';
import { parseConnectionString } from './connection-string.js';
import { EventStoreDbEventStore } from './eventstoredb-event-store.js';
import { storeUsers, userPlan, type StoreUser } from './rights-plan.js';
import { grantRights, type RightsStep } from './rights.js';

// On the double with TLS always; on a real server too when one with users is named (its administrator in the URL). Name
// one of your own: its users and access lists are changed.

const passwords = Object.fromEntries(storeUsers.map((user) => [user, `${user}-secret-1`])) as Record<
  StoreUser,
  string
>;

function rightsOf(
  name: string,
  open: () => Promise<{ readonly admin: string; close(): Promise<void> }>,
): void {
  describe(`rights on ${name}`, () => {
    let admin: string;
    let close: () => Promise<void>;
    const stores: EventStoreDbEventStore[] = [];
    const changes = (steps: readonly RightsStep[]) => new Set(steps.map(({ change }) => change));

    const urlOf = (user: StoreUser, password = passwords[user]): string =>
      admin.replace(/\/\/[^@]*@/, `//${userPlan[user].login}:${password}@`);

    const as = (user: StoreUser, password?: string): EventStoreDbEventStore => {
      const store = new EventStoreDbEventStore({ connectionString: urlOf(user, password), timeoutMs: 5000 });
      stores.push(store);
      return store;
    };

    beforeAll(async () => {
      ({ admin, close } = await open());
    });
    afterAll(async () => {
      await Promise.all(stores.map((store) => store.shutdown()));
      await close();
    });

    it('a dry run tells what is missing and changes nothing', async () => {
      const first = await grantRights({ connectionString: admin, passwords, isDryRun: true });
      const again = await grantRights({ connectionString: admin, passwords, isDryRun: true });
      expect(again).toEqual(first);
      expect(JSON.stringify(first)).not.toContain('secret');
    });

    it('are granted once; a second time there is nothing to do', async () => {
      await grantRights({ connectionString: admin, passwords });
      const again = await grantRights({ connectionString: admin, passwords });
      expect(changes(again)).toEqual(new Set(['none']));
      expect(again).toHaveLength(storeUsers.length + 3);
    });

    it('api and projector append, read and follow; they close nothing and purge nothing', async () => {
      for (const user of ['api', 'projector'] as const) {
        const store = as(user);
        const stream = aStream('personal');
        await store.append(stream, NO_STREAM, events(2));
        expect(await readAll(store, stream)).toHaveLength(2);
        expect((await history(store)).some((event) => event.stream === stream)).toBe(true);
        await expect(store.close(stream, at(1))).rejects.toThrow(AccessDenied);
        await expect(store.purge()).rejects.toThrow(AccessDenied);
      }
    });

    it('the eraser closes and purges; it neither appends nor reads', async () => {
      const stream = aStream('personal');
      await as('api').append(stream, NO_STREAM, events(2));
      const eraser = as('eraser');
      await expect(eraser.append(stream, at(1), events(1))).rejects.toThrow(AccessDenied);
      await expect(readAll(eraser, stream)).rejects.toThrow(AccessDenied);
      await expect(history(eraser)).rejects.toThrow(AccessDenied);
      const store = new EventStoreDbEventStore({
        connectionString: urlOf('projector'),
        eraserConnectionString: urlOf('eraser'),
      });
      stores.push(store);
      await store.close(stream, at(1));
      const { nodes } = await store.purge();
      // It may read the scavenge points, so it need not make every run.
      expect(nodes[0]?.runs).toBeLessThan(3);
      const probed = await store.probe({ isClosed: async (streams) => new Set(streams) });
      expect(probed.nodes.flatMap(({ remaining }) => remaining)).not.toContain(stream);
    });

    it('the notary reads everything and writes nothing', async () => {
      const notary = as('notary');
      expect((await history(notary)).length).toBeGreaterThan(0);
      await expect(notary.append(aStream(), NO_STREAM, events(1))).rejects.toThrow(AccessDenied);
    });

    it('nobody of them may change the rights', async () => {
      for (const user of storeUsers)
        await expect(grantRights({ connectionString: urlOf(user) })).rejects.toThrow(AccessDenied);
    });

    it('a password from the environment replaces the one that is there', async () => {
      const steps = await grantRights({
        connectionString: admin,
        passwords: { ...passwords, notary: 'another-secret-2' },
      });
      expect(steps.filter(({ change }) => change !== 'none').map(({ subject }) => subject)).toEqual([
        'user greffe_notary',
      ]);
      await as('notary', 'another-secret-2').ping();
      await grantRights({ connectionString: admin, passwords });
    });
  });
}

async function openDouble() {
  const double: EventStoreDouble = await startEventStoreDouble({ tls: true });
  const admin = double.connectionString.replace('esdb://', 'esdb://admin:changeit@');
  return { admin, double, close: () => double.stop() };
}

rightsOf('the double', openDouble);

const url = process.env['EVENTSTORE_URL'] ?? '';
if (url !== '' && !parseConnectionString(url).isInsecure)
  rightsOf('a server', async () => ({ admin: url, close: async () => undefined }));

describe('granting rights', () => {
  it('draws passwords for new users, tells them once, and gives back groups that somebody took', async () => {
    const { admin, double, close } = await openDouble();
    try {
      const steps = await grantRights({ connectionString: admin });
      const drawn = steps.flatMap(({ password }) => password ?? []);
      expect(new Set(drawn).size).toBe(storeUsers.length);
      const [first = ''] = drawn;
      expect(first.length).toBeGreaterThanOrEqual(32);
      const again = await grantRights({ connectionString: admin });
      expect(again.every(({ password, change }) => password === undefined && change === 'none')).toBe(true);
      expect(double.connections).toBeGreaterThanOrEqual(0);
    } finally {
      await close();
    }
  });

  it('is refused without TLS, and says why a server is away', async () => {
    await expect(grantRights({ connectionString: 'esdb://127.0.0.1:2113?tls=false' })).rejects.toThrow('TLS');
    const gone = grantRights({ connectionString: 'esdb://admin:changeit@127.0.0.1:1' });
    await expect(gone).rejects.toThrow(Unavailable);
  });
});
