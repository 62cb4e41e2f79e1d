import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Module } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresEventStore, migrateEventStore, type EventStore } from '#event-store';
import { Rejection } from '#kernel';
import { openTestLedger, type TestLedger } from '../command/command-log.harness.js';
import { LedgerCommand } from '../command/command-context.js';
import { CommandLog } from '../command/command-log.js';
import { handlersFor } from '../command/handlers-for.js';
import type { Outcome } from '../command/outcome.js';
import { Tokens } from '../command/tokens.js';
import {
  choiceDecider,
  contextOf,
  specCodec,
  type ChoiceCommand,
  type ChoiceEvent,
} from '../command/write-path.harness.js';
import { createLedgerDataSource } from '../ledger/data-source.js';
import { LedgerGate } from '../ledger/ledger-gate.js';
import { openLedger } from '../ledger/open-ledger.js';
import { PersonalData } from '../personal/personal-data.js';
import { Housekeeping } from './housekeeping.js';
import { RuntimeModule } from './runtime.module.js';
import { randomIds, systemClock } from './system.js';
import { EVENT_STORE } from './tokens.js';

class SayCommand extends LedgerCommand<Extract<ChoiceCommand, { type: 'Say' }>> {}
class ForbidYesCommand extends LedgerCommand<Extract<ChoiceCommand, { type: 'ForbidYes' }>> {}

const handlers = handlersFor(
  choiceDecider,
  ({ data }) => `consent-${data.subjectId}`,
  {
    Say: SayCommand,
    ForbidYes: ForbidYesCommand,
  },
  { no: ['ForbidYes'] },
);

@Injectable()
class Context {
  constructor(
    readonly personal: PersonalData,
    readonly tokens: Tokens,
    @Inject(EVENT_STORE) readonly store: EventStore,
  ) {}
}

@Module({ providers: [...handlers, Context] })
class ContextModule {}

let test: TestLedger;
let store: PostgresEventStore;
let app: TestingModule;
let gate: LedgerGate;
beforeAll(async () => {
  test = await openTestLedger();
  store = new PostgresEventStore({ connectionString: test.ledger.url });
  gate = new LedgerGate({
    steps: [{ name: 'event store', run: () => migrateEventStore(test.ledger.pool) }],
    identify: () => openLedger({ store, codec: specCodec, clock: systemClock, ids: randomIds }),
  });
  app = await Test.createTestingModule({
    imports: [
      RuntimeModule.forRoot({
        store,
        keyStore: test.keyStore,
        codec: specCodec,
        ledger: gate,
        pool: test.ledger.pool,
        dataSource: createLedgerDataSource(test.ledger.url),
      }),
      ContextModule,
    ],
  }).compile();
  await app.init();
});
afterAll(async () => {
  await app.close();
  await store.shutdown();
  await test.close();
});

describe('the runtime module', () => {
  it('serves every context, before the ledger is open', async () => {
    const { tokens } = app.get(Context, { strict: false });
    expect(() =>
      tokens.ofOutcome({ stream: 's', revision: 0n, events: [], position: '1' as never }),
    ).toThrow();
    await gate.start();
    expect(gate.state()).toEqual({ state: 'open' });
    expect(app.get(Context, { strict: false }).store).toBe(store);
  });

  it('takes a command from the log to the store by way of the bus, and back to the same answer', async () => {
    const log = app.get(CommandLog);
    const bus = app.get(CommandBus);
    const subjectId = randomUUID();
    const request = {
      client: 'crm',
      route: 'POST /v1/choices',
      body: { subjectId },
      idempotencyKey: randomUUID(),
      actor: { k: 'service', ref: randomUUID() },
    } as const;
    const answers = [];
    for (let times = 0; times < 2; times += 1) {
      const begun = await log.begin(request);
      if (begun.kind !== 'run') throw new Error('Expected to run');
      const command = new SayCommand({ type: 'Say', data: { subjectId, says: 'yes' } }, begun.context);
      const outcome = await bus.execute<SayCommand, Outcome<ChoiceEvent>>(command);
      await log.finish(begun.attempt);
      answers.push(app.get(Tokens).ack(outcome));
    }
    expect(answers[0]).toMatchObject({ stream: `consent-${subjectId}`, revision: 0, appended: 1 });
    expect(answers[1]).toEqual(answers[0]);
  });

  it('names each handler after its command, and lets rejections through', async () => {
    expect(handlers.map(({ name }) => name)).toEqual(['SayCommandHandler', 'ForbidYesCommandHandler']);
    const bus = app.get(CommandBus);
    const subjectId = randomUUID();
    await bus.execute(
      new ForbidYesCommand({ type: 'ForbidYes', data: { subjectId } }, contextOf(randomUUID())),
    );
    const yes = new SayCommand({ type: 'Say', data: { subjectId, says: 'yes' } }, contextOf(randomUUID()));
    await expect(bus.execute(yes)).rejects.toThrow(Rejection);
  });

  it('knows which commands are a "no"', async () => {
    const subjectId = randomUUID();
    const stream = `consent-${subjectId}`;
    await store.append(stream, { kind: 'noStream' }, [
      { id: randomUUID(), type: 'Unknown', data: {}, metadata: {} },
    ]);
    const bus = app.get(CommandBus);
    const yes = new SayCommand({ type: 'Say', data: { subjectId, says: 'yes' } }, contextOf(randomUUID()));
    const no = new ForbidYesCommand({ type: 'ForbidYes', data: { subjectId } }, contextOf(randomUUID()));
    await expect(bus.execute(yes)).rejects.toThrow('cannot be decoded');
    expect(await bus.execute<ForbidYesCommand, Outcome>(no)).toMatchObject({ revision: 1n });
  });

  it('keeps house: what is old or left behind goes or is finished', async () => {
    const subjectId = randomUUID();
    await test.keyStore.subjects.prepare({ subjectId, scope: 'identity' });
    await test.keys.pool.query(`UPDATE ks.subject_key SET created_at = now() - interval '2 minutes'`);
    const begun = await app.get(CommandLog).begin({
      client: 'crm',
      route: 'r',
      body: null,
      actor: { k: 'service', ref: randomUUID() },
    });
    if (begun.kind !== 'run') throw new Error('Expected to run');
    await test.ledger.pool.query(
      `UPDATE ops.command_log SET received_at = now() - interval '8 days' WHERE command_id = $1`,
      [begun.context.commandId],
    );
    const done = new Map<string, number>();
    for (const { name, run } of app.get(Housekeeping).works()) {
      done.set(name, await run(new AbortController().signal));
    }
    expect(Object.fromEntries(done)).toMatchObject({ clock: 1, 'pending keys': 1, 'command log': 1 });
    const { rows } = await test.ledger.pool.query('SELECT FROM ops.command_log WHERE command_id = $1', [
      begun.context.commandId,
    ]);
    expect(rows).toEqual([]);
    expect((await test.keyStore.subjects.state(subjectId)).keys[0]?.state).toBe('active');
  });
});
