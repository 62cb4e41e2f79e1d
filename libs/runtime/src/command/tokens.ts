import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { isStreamName, type EventStore, type Position, type StreamName } from '#event-store';
import { isUuid, type Uuid } from '#kernel';
import type { Ledger } from '../ledger/ledger.js';
import { CHECKPOINTS, EVENT_STORE, LEDGER } from '../nest/tokens.js';
import type { CommandAck, Outcome } from './outcome.js';

const MAX_REVISION_DIGITS = 19;
const POSITION = /^[\w.:-]{1,64}$/;
const FIRST_PAUSE_MS = 5;
const MAX_PAUSE_MS = 50;

/** How far the read models are; the read side implements it. */
export interface CheckpointReader {
  /** The position up to which a projection holds every event; `undefined` before its first. */
  position(projection: string): Promise<Position | undefined>;
}

/** A place in the ledger, as clients carry it from a write to a read. */
export type Token =
  | { readonly kind: 'position'; readonly generation: Uuid; readonly position: Position }
  | { readonly kind: 'revision'; readonly stream: StreamName; readonly revision: bigint };

/** The text is no token of any ledger. */
export class MalformedToken extends Error {
  override readonly name = 'MalformedToken';
}

/** The token belongs to another ledger, or to the history before a restore: it cannot be compared with this one. */
export class TokenOfAnotherStore extends Error {
  override readonly name = 'TokenOfAnotherStore';
}

/** The read model has not reached the token in time; the same request may be sent again. */
export class NotYetConsistent extends Error {
  override readonly name = 'NotYetConsistent';
  constructor(readonly token: string) {
    super('The read model has not reached the token yet');
  }
}

/** Consistency tokens: "answer me with at least this" (`architecture.md` §6). */
@Injectable()
export class Tokens {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CHECKPOINTS) private readonly checkpoints: CheckpointReader,
  ) {}

  /** `<generation>~<position>` of the last event, or `<stream>@<revision>` where there is none (absent: `@-1`). */
  ofOutcome({ stream, revision, position }: Outcome): string {
    if (position !== undefined) return `${this.ledger.identity().generation}~${position}`;
    return `${stream}@${String(revision ?? -1n)}`;
  }

  /** The part of a command's answer that tells where it stands. */
  ack(outcome: Outcome): CommandAck {
    return {
      token: this.ofOutcome(outcome),
      stream: outcome.stream,
      revision: Number(outcome.revision ?? -1n),
      appended: outcome.events.length,
    };
  }

  /** Throws {@link MalformedToken}. */
  parse(token: string): Token {
    const [generation = '', position = '', ...more] = token.split('~');
    if (isUuid(generation) && POSITION.test(position) && more.length === 0) {
      return { kind: 'position', generation, position: position as Position };
    }
    const at = token.lastIndexOf('@');
    const [stream, revision] = [token.slice(0, Math.max(at, 0)), token.slice(at + 1)];
    const isRevision = /^(-1|0|[1-9]\d*)$/.test(revision) && revision.length <= MAX_REVISION_DIGITS;
    if (!isStreamName(stream) || !isRevision) throw new MalformedToken('Not a consistency token');
    return { kind: 'revision', stream, revision: BigInt(revision) };
  }

  /**
   * The position that a read model must have reached; `undefined`: nothing to wait for. A revision that is not
   * readable any more (its stream was erased) resolves to the store's head, which is at or after it.
   * Throws {@link MalformedToken}, {@link TokenOfAnotherStore}.
   */
  async resolve(text: string): Promise<Position | undefined> {
    const token = this.parse(text);
    if (token.kind === 'position') {
      if (token.generation === this.ledger.identity().generation) return token.position;
      throw new TokenOfAnotherStore(
        'The token belongs to another ledger or to an older generation of its store',
      );
    }
    if (token.revision < 0n) return undefined;
    for await (const event of this.store.read(token.stream, { from: token.revision, limit: 1 }))
      return event.position;
    for await (const _ of this.store.read(token.stream, { limit: 1 })) {
      throw new TokenOfAnotherStore('The stream is shorter than the token says');
    }
    return this.store.head();
  }

  /**
   * Returns once the projection has reached the token, where `checkpoints` looks. Throws {@link NotYetConsistent} after `timeoutMs`,
   * {@link TokenOfAnotherStore}, {@link MalformedToken}.
   */
  async waitFor(
    token: string,
    projection: string,
    timeoutMs: number,
    checkpoints: CheckpointReader = this.checkpoints,
  ): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    const wanted = await this.resolve(token);
    if (wanted === undefined) return;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
      const reached = await checkpoints.position(projection);
      if (reached !== undefined && reached >= wanted) return;
      const left = deadline - performance.now();
      if (left <= 0) throw new NotYetConsistent(token);
      await sleep(Math.min(pause, left));
    }
  }
}
