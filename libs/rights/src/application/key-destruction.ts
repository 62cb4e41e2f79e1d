import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { consentStream, informationStream, preferencesStream } from '#consent/contract';
import type { EventStore } from '#event-store';
import { allocatedId, Rejection, type Clock, type Scope } from '#kernel';
import { CLOCK, EVENT_STORE, KEY_STORE, type CommandContext } from '#runtime';
import type { KeyStore } from '#subject-keys';
import { solicitationStream } from '#solicitation/contract';
import { relationshipStream, subjectStream } from '#subjects/contract';
import type { Ending } from '../domain/destructions.js';
import type { StartKeyDestruction } from '../domain/rights.commands.js';
import {
  AcknowledgePurgeCommand,
  RecordKeyDestructionCommand,
  StartKeyDestructionCommand,
} from './rights.commands.js';
import { Purgers, type Purger } from './purgers.js';
import { systemContext } from './system-context.js';

/** Which erasure of whom. */
export interface ErasureRef {
  readonly subjectId: string;
  readonly erasureId: string;
}

/** Streams that the point of no return covers, beside the one of rights in which it stands. */
const STREAMS_OF_A_PERSON = [
  subjectStream,
  consentStream,
  relationshipStream,
  solicitationStream,
  informationStream,
  preferencesStream,
];

/**
 * The steps from the point of no return on, the same for every erasure: of scopes, of single values, of what was kept
 * for recipients. Each is recorded at most once, whoever takes it and however often.
 */
@Injectable()
export class KeyDestruction {
  constructor(
    private readonly bus: CommandBus,
    private readonly purgers: Purgers,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Passes the point of no return; `false`: a restriction stands in the way. */
  async start(data: StartKeyDestruction['data']): Promise<boolean> {
    const context = this.at(data.erasureId, 'start');
    try {
      await this.bus.execute(new StartKeyDestructionCommand({ type: 'StartKeyDestruction', data }, context));
      return true;
    } catch (error) {
      if (error instanceof Rejection && error.code === 'erasure-blocked-by-restriction') return false;
      throw error;
    }
  }

  /** Where the person's other streams stand now: what the point of no return covers. */
  async covered(subjectId: string): Promise<{ stream: string; revision: number }[]> {
    const covers: { stream: string; revision: number }[] = [];
    for (const streamOf of STREAMS_OF_A_PERSON) {
      const stream = streamOf(subjectId);
      for await (const { revision } of this.store.read(stream, { backwards: true, limit: 1 })) {
        covers.push({ stream, revision: Number(revision) });
      }
    }
    return covers;
  }

  /** From here nothing of these opens, in any process: each decryption asks the key store's primary. */
  async destroy({ subjectId, erasureId }: ErasureRef, scopes: readonly (Scope | Ending)[]): Promise<void> {
    if (scopes.length === 0) return;
    const destroyed = await this.keyStore.subjects.destroy({ subjectId, scopes, erasureId });
    for (const { scope, throughGeneration, keys, destroyedAt } of destroyed) {
      const data = {
        ...{ erasureId, subjectId, scope: scope as Scope, throughGeneration },
        keys: keys.map(({ kid, fp }) => ({ kid, fp })),
        technique: 'crypto-shred' as const,
        kekProvider: this.keyStore.kek.name,
        destroyedAt,
      };
      const context = this.at(erasureId, `destroyed ${scope}`);
      await this.bus.execute(
        new RecordKeyDestructionCommand({ type: 'RecordKeyDestruction', data }, context),
      );
    }
  }

  /** Lets each purger that has not acknowledged yet do its work, and records that it did. */
  async purge(
    { subjectId, erasureId }: ErasureRef,
    acknowledgedBy: readonly string[],
    work: (purger: Purger) => Promise<number>,
  ): Promise<void> {
    for (const purger of this.purgers.all) {
      const { name, technique } = purger;
      if (acknowledgedBy.includes(name)) continue;
      const removed = await work(purger);
      const acknowledgedAt = this.clock.now();
      const data = { erasureId, subjectId, purger: name, technique, removed, acknowledgedAt };
      const context = this.at(erasureId, `purged ${name}`);
      await this.bus.execute(new AcknowledgePurgeCommand({ type: 'AcknowledgePurge', data }, context));
    }
  }

  private at(erasureId: string, step: string): CommandContext {
    return systemContext(allocatedId(erasureId, step), this.clock, erasureId);
  }
}
