import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  InMemoryEventStore,
  PostgresEventStore,
  Unavailable,
  migrateEventStore,
  type AppendResult,
  type EventStore,
} from '#event-store';
import { Rejection, type Json, type JsonObject, type Uuid } from '#kernel';
import { StillRunning } from './command-log-errors.js';
import { openTestLedger, type TestLedger } from './command-log.harness.js';
import { GateFloor } from '../gate/gate-floor.js';
import { randomIds } from '../nest/system.js';
import { CommandLog } from './command-log.js';
import { DEFAULT_LEASE } from './command-request.js';
import { PrimaryClock } from './primary-clock.js';
import { choiceDecider, writePath, type ChoiceCommand } from './write-path.harness.js';
import { writePathPoints, type WritePathPoint, type WritePathProbe } from './write-path-probe.js';

// Goal (R2): whatever step of the write path the process dies at, and whatever reply is lost, a retry gets the answer
// that any attempt has given or will give, nothing is recorded twice, and what is answered is effective. Method: random clients, rivals and deaths
// against the real command log; deaths are throws from the probe, after which the attempt does nothing any more.

class Killed extends Error {}

/** Where one attempt goes wrong: at the n-th time it passes a point, or at its appends. */
interface Fault {
  readonly point?: WritePathPoint;
  readonly passage: number;
  /** So many appends have no reply; `written`: they have landed all the same. */
  readonly lostReplies: number;
  readonly written: boolean;
}

/** The same store behind a network that loses replies. */
function behindBadNetwork(store: EventStore, fault: Fault): EventStore {
  let left = fault.lostReplies;
  const append = async (...call: Parameters<EventStore['append']>): Promise<AppendResult> => {
    if (left <= 0) return store.append(...call);
    left -= 1;
    if (fault.written) await store.append(...call);
    throw new Unavailable('unknown');
  };
  return Object.assign(Object.create(store) as EventStore, {
    append,
    read: store.read.bind(store),
  });
}

type Message = Omit<ChoiceCommand, 'metadata'>;

/** What the interceptor of the HTTP layer does, for a command of two steps on two streams. */
async function serve(log: CommandLog, store: EventStore, sent: Sent, fault: Fault): Promise<Json> {
  let passages = 0;
  const probe = (point: WritePathPoint): void => {
    if (point === fault.point && ++passages === fault.passage) throw new Killed(point);
  };
  probeOf = probe;
  const { runner, writer } = writePath(behindBadNetwork(store, fault), probe);
  new GateFloor(test.ledger.pool, writer);
  const { key, message, streams } = sent;
  const begun = await log.begin({
    client: 'c',
    route: 'r',
    body: message,
    idempotencyKey: key,
    actor: { k: 'service', ref: '9a3cf3a4-3b55-4a3c-9a50-5d6f9f2b3a01' },
  });
  if (begun.kind === 'answered') return begun.outcome;
  const { context, attempt } = begun;
  try {
    const outcomes = [];
    for (const [step, stream] of streams.entries()) {
      outcomes.push(await runner.run({ decider: choiceDecider, stream }, message, context, { step }));
    }
    const withEvents = outcomes.filter(({ events }) => events.length > 0);
    const told = withEvents.length > 0 ? withEvents : outcomes;
    const answer = Object.fromEntries(
      told.map(({ stream, revision, position = null, events }) => [
        stream,
        { revision: String(revision), position, ids: events.map(({ id }) => id) },
      ]),
    );
    await log.finish(attempt, withEvents.length > 0 ? undefined : answer);
    return answer;
  } catch (error) {
    if (error instanceof Rejection) {
      const kept: JsonObject = { rejected: error.code };
      await log.finish(attempt, kept);
      return kept;
    }
    if (!(error instanceof Killed)) await log.release(attempt);
    throw error;
  }
}

interface Sent {
  readonly key: string;
  readonly message: Message;
  readonly streams: readonly string[];
}

const faults: fc.Arbitrary<Fault> = fc.record(
  {
    point: fc.constantFrom(...writePathPoints),
    passage: fc.integer({ min: 1, max: 2 }),
    lostReplies: fc.constantFrom(0, 0, 1, 3, 4),
    written: fc.boolean(),
  },
  { requiredKeys: ['passage', 'lostReplies', 'written'] },
);
const NONE: Fault = { passage: 0, lostReplies: 0, written: false };

type Op =
  | { readonly kind: 'send'; readonly who: number; readonly fault: Fault }
  | { readonly kind: 'expire' }
  | { readonly kind: 'rival'; readonly forbid: boolean; readonly says: 'yes' | 'no' };

const ops: fc.Arbitrary<Op[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant('send' as const), who: fc.nat(3), fault: faults }),
    },
    { weight: 2, arbitrary: fc.constant({ kind: 'expire' as const }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('rival' as const),
        forbid: fc.constantFrom(false, false, false, true),
        says: fc.constantFrom('yes' as const, 'no' as const),
      }),
    },
  ),
  { minLength: 4, maxLength: 25 },
);

let test: TestLedger;
let postgres: PostgresEventStore;
let processes: CommandLog[];
let turns = 0;
/** The probe of the attempt that is under way: there is never more than one. */
let probeOf: WritePathProbe = () => undefined;
const newProcess = (): CommandLog =>
  new CommandLog(test.ledger.pool, test.keyStore, randomIds, DEFAULT_LEASE, new PrimaryClock(), (point) =>
    probeOf(point),
  );
/** Clients meet one process, then the other. */
const nextProcess = (): CommandLog => processes[++turns % processes.length]!;
beforeAll(async () => {
  test = await openTestLedger();
  processes = [1, 2].map(() => newProcess());
  await migrateEventStore(test.ledger.pool);
  postgres = new PostgresEventStore({ connectionString: test.ledger.url });
});
afterAll(async () => {
  await postgres.shutdown();
  await test.close();
});

/** One history of the world: four clients with a command each, tried until it is answered. */
async function live(store: EventStore, history: readonly Op[]): Promise<void> {
  const subjectId = randomUUID();
  const streams = [`consent-${subjectId}`, `consent-${randomUUID()}`];
  const says = ['yes', 'no', 'yes', 'no'] as const;
  const sent = says.map((one, who): Sent => ({
    key: randomUUID(),
    message: { type: 'Say', data: { subjectId, says: one, times: who + 1 } },
    streams,
  }));
  const answers = new Map<string, Json>();
  const expireAll = () =>
    test.ledger.pool.query(
      'UPDATE ops.command_log SET lease_until = clock_timestamp() WHERE finished_at IS NULL',
    );
  const attempt = async (one: Sent, fault: Fault): Promise<void> => {
    const answer = await serve(nextProcess(), store, one, fault);
    if (answers.has(one.key)) expect(answer).toEqual(answers.get(one.key));
    answers.set(one.key, answer);
    await effective(answer);
  };
  const isExpected = (error: unknown): boolean =>
    error instanceof Killed || error instanceof StillRunning || error instanceof Unavailable;

  for (const op of history) {
    if (op.kind === 'expire') await expireAll();
    else if (op.kind === 'rival') await rival(store, subjectId, streams, op);
    else {
      await attempt(sent[op.who]!, op.fault).catch((error: unknown) => {
        if (!isExpected(error)) throw error;
      });
    }
  }
  await expireAll();
  for (const one of sent) await attempt(one, NONE);
  for (const one of sent) await attempt(one, NONE);
  await nothingDoubledNothingLost(
    store,
    streams,
    sent.map(({ key }) => answers.get(key)!),
  );
}

/** What is answered is effective: the gate must know it. */
async function effective(answer: Json): Promise<void> {
  for (const [stream, told] of Object.entries(answer as Record<string, { revision?: string }>)) {
    if (told.revision === undefined || told.revision === 'undefined') continue;
    const { rows } = await test.ledger.pool.query<{ revision: string }>(
      `SELECT revision FROM ops.gate_floor WHERE category = 'consent' AND 'consent-' || subject_id = $1`,
      [stream],
    );
    expect(Number(rows[0]?.revision ?? -1)).toBeGreaterThanOrEqual(Number(told.revision));
  }
}

async function rival(
  store: EventStore,
  subjectId: Uuid,
  streams: readonly string[],
  op: Extract<Op, { kind: 'rival' }>,
): Promise<void> {
  const data = { subjectId, says: op.says };
  const message: Message = op.forbid ? { type: 'ForbidYes', data: { subjectId } } : { type: 'Say', data };
  await serve(nextProcess(), store, { key: randomUUID(), message, streams }, NONE);
}

async function nothingDoubledNothingLost(
  store: EventStore,
  streams: readonly string[],
  answers: readonly Json[],
): Promise<void> {
  const { reader } = writePath(store);
  for (const stream of streams) {
    const events = await reader.history(stream);
    // Each event was decided on what stood before it, so its number is its place among its kind.
    const heard = events.filter(({ type }) => type === 'ChoiceHeard');
    expect(heard.map(({ data }) => (data as { nth: number }).nth)).toEqual(
      heard.map((_, index) => index + 1),
    );
    const recorded = answers.flatMap((answer) => {
      const part = (answer as Record<string, { ids: Uuid[]; revision: string } | undefined>)[stream];
      return part === undefined || part.ids.length === 0 ? [] : [part];
    });
    for (const { ids, revision } of recorded) {
      const request = events.find(({ id }) => id === ids[0])?.metadata.req;
      const group = events.filter(({ metadata }) => metadata.req === request);
      expect(group.map(({ id }) => id)).toEqual(ids);
      expect(String(group.at(-1)?.revision)).toBe(revision);
    }
  }
}

describe.each([
  ['in memory', () => new InMemoryEventStore(), 40],
  ['in PostgreSQL', () => postgres, 20],
] as const)('a store %s', (_, storeOf, numRuns) => {
  it('answers every retry the same, and records nothing twice', async () => {
    await fc.assert(
      fc.asyncProperty(ops, (history) => live(storeOf(), history)),
      { numRuns },
    );
  });

  it.each(writePathPoints)('killed at "%s", the first time and the second', async (point) => {
    for (const passage of [1, 2]) {
      const fault: Fault = { ...NONE, point, passage };
      await live(storeOf(), [
        { kind: 'send', who: 3, fault },
        { kind: 'rival', forbid: false, says: 'yes' },
        { kind: 'expire' },
        { kind: 'send', who: 3, fault },
      ]);
    }
  });
});
