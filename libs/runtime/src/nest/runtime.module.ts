import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { EventCodec, EventStore, EventStoreErasure } from '#event-store';
import type { Clock, IdSource } from '#kernel';
import type { KeyStore } from '#subject-keys';
import { CommandLog } from '../command/command-log.js';
import { PrimaryClock } from '../command/primary-clock.js';
import { DEFAULT_LEASE, type CommandLease } from '../command/command-request.js';
import { DeciderRunner } from '../command/decider-runner.js';
import { LedgerReader } from '../command/ledger-reader.js';
import { StreamEnds } from '../command/stream-ends.js';
import { StreamWriter } from '../command/stream-writer.js';
import { Tokens, type CheckpointReader } from '../command/tokens.js';
import type { WritePathProbe } from '../command/write-path-probe.js';
import { GateFloor } from '../gate/gate-floor.js';
import type { Ledger } from '../ledger/ledger.js';
import { ReadSide } from '../ledger/read-side.js';
import { KeyDeclaration } from '../personal/key-declaration.js';
import { NextGeneration } from '../personal/next-generation.js';
import { PersonalData } from '../personal/personal-data.js';
import { SealedEntries } from '../personal/sealed-entries.js';
import { StoredCheckpoints } from '../projection/checkpoint-reader.js';
import { Housekeeping } from './housekeeping.js';
import { randomIds } from './system.js';
import * as tokens from './tokens.js';

/** What only a process with the role eraser has. */
export interface EraserParts {
  /** The event store under the eraser's credentials. */
  readonly store: EventStoreErasure;
  /** The nodes of the store as they are now, where it has several: one that nobody has searched is noticed by it. */
  readonly nodes?: () => Promise<readonly string[]>;
  /** Hours that a closed stream waits at most for its purge. */
  readonly purgeEveryHours: number;
  /** Days that the operator keeps backups; `undefined`: nobody has said. */
  readonly backupDays: number | undefined;
  /** Days in which a recipient must answer that it was told of an erasure; 30 by default. */
  readonly notificationDays?: number;
}

/** What the composition root has opened. None of it needs a database that answers yet. */
export interface RuntimeParts {
  readonly store: EventStore;
  /** The store keeps the events in the database of `pool`; by default it keeps them elsewhere. */
  readonly areEventsInLedger?: boolean;
  readonly keyStore: KeyStore;
  readonly codec: EventCodec;
  /** A `LedgerGate`, or the identity itself where the ledger is open. */
  readonly ledger: Ledger;
  /** The application role's pool on the ledger database. */
  readonly pool: pg.Pool;
  readonly dataSource: DataSource;
  /** Where lists, timelines and reports are read; the primary by default. */
  readonly readSide?: ReadSide;
  /** For specs; by default the clock of PostgreSQL's primary. */
  readonly clock?: Clock;
  readonly ids?: IdSource;
  /** By default the checkpoints in the ledger database. */
  readonly checkpoints?: CheckpointReader;
  readonly lease?: CommandLease;
  /** Present in a process with the role eraser, which alone closes streams and purges. */
  readonly eraser?: EraserParts | undefined;
  /** For specs: stops the write path at its steps. */
  readonly probe?: WritePathProbe;
}

const services = [
  StreamWriter,
  GateFloor,
  DeciderRunner,
  LedgerReader,
  StreamEnds,
  Tokens,
  CommandLog,
  KeyDeclaration,
  SealedEntries,
  PersonalData,
  NextGeneration,
  Housekeeping,
];

/** The runtime for every module of the application: ports as tokens, services as themselves, the command bus. */
@Module({})
export class RuntimeModule {
  /** Once, in the composition root. */
  static forRoot(parts: RuntimeParts): DynamicModule {
    const primaryClock = new PrimaryClock();
    const ports: Provider[] = [
      { provide: tokens.EVENT_STORE, useValue: parts.store },
      { provide: tokens.EVENTS_IN_LEDGER, useValue: parts.areEventsInLedger ?? false },
      { provide: tokens.KEY_STORE, useValue: parts.keyStore },
      { provide: tokens.CODEC, useValue: parts.codec },
      { provide: tokens.LEDGER, useValue: parts.ledger },
      { provide: tokens.PG_POOL, useValue: parts.pool },
      { provide: tokens.READ_SIDE, useValue: parts.readSide ?? new ReadSide(parts.pool) },
      { provide: tokens.DATA_SOURCE, useValue: parts.dataSource },
      { provide: PrimaryClock, useValue: primaryClock },
      { provide: tokens.CLOCK, useValue: parts.clock ?? primaryClock },
      { provide: tokens.IDS, useValue: parts.ids ?? randomIds },
      { provide: tokens.CHECKPOINTS, useValue: parts.checkpoints ?? new StoredCheckpoints(parts.pool) },
      { provide: tokens.ERASER, useValue: parts.eraser },
      { provide: tokens.COMMAND_LEASE, useValue: parts.lease ?? DEFAULT_LEASE },
      { provide: tokens.WRITE_PATH_PROBE, useValue: parts.probe ?? (() => undefined) },
    ];
    const providers = [...ports, ...services];
    return {
      module: RuntimeModule,
      global: true,
      imports: [CqrsModule.forRoot()],
      providers,
      exports: [...providers, CqrsModule],
    };
  }
}
