import { Inject, Injectable } from '@nestjs/common';
import { allocatedId, type Clock, type IdSource, type Scope, type Uuid } from '#kernel';
import type { KeyInfo, KeyStore } from '#subject-keys';
import type { CommandContext } from '../command/command-context.js';
import { StreamWriter } from '../command/stream-writer.js';
import type { LedgerFact } from '../contract.js';
import { systemActor } from '../ledger/ledger.js';
import { CLOCK, IDS, KEY_STORE } from '../nest/tokens.js';

/** A pending key this old was left behind by a process that died. */
const ABANDONED_AFTER_MS = 60_000;

type KeyCreated = Extract<LedgerFact, { readonly type: 'SubjectKeyCreated' }>;

/**
 * Brings data keys to life (`evidence.md` §3, rule 1): prepared in the key store, declared in `keys-<subject>`, then
 * active. A key that no proof knows never seals anything.
 */
@Injectable()
export class KeyDeclaration {
  constructor(
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
    private readonly writer: StreamWriter,
    @Inject(IDS) private readonly ids: IdSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The active key of a person's scope, brought to life if there is none. Throws `SubjectErased`. */
  async keyFor(subjectId: Uuid, scope: Scope, context: CommandContext): Promise<KeyInfo> {
    const stream = `personal-${this.ids.uuid()}`;
    const key = await this.keyStore.subjects.prepare({ subjectId, scope, stream });
    if (key.status === 'pending') await this.declare(key, context);
    return key;
  }

  /**
   * The key of the scope's next generation, active when this resolves; the one before opens from now on and never
   * seals again. A change of generation that is under way is finished, not repeated. Throws `SubjectErased`.
   */
  async nextKeyFor(subjectId: Uuid, scope: Scope, context: CommandContext): Promise<KeyInfo> {
    const stream = `personal-${this.ids.uuid()}`;
    const key = await this.keyStore.subjects.rotate({ subjectId, scope, stream });
    await this.declare(key, context);
    return key;
  }

  /**
   * Declares and activates keys that a dead process left pending; answers how many. One that cannot be finished now
   * (erased meanwhile, store away) does not keep the others waiting: the first failure is thrown at the end.
   */
  async finishPending(olderThanMs = ABANDONED_AFTER_MS): Promise<number> {
    const failures: unknown[] = [];
    const pending = await this.keyStore.subjects.pending(olderThanMs);
    for (const key of pending) {
      await this.declare(key, this.contextOfReaper()).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
    return pending.length;
  }

  /** The declaration's ids come from the key's, so that whoever finishes it writes the very same event. */
  private async declare(key: KeyInfo, context: CommandContext): Promise<void> {
    const declared: KeyCreated = {
      type: 'SubjectKeyCreated',
      data: {
        sub: key.subjectId,
        scp: key.scope as Scope,
        gen: key.generation,
        kid: key.kid,
        fp: key.fp,
        alg: key.alg as KeyCreated['data']['alg'],
        stream: key.stream,
      },
    };
    const step = {
      stream: `keys-${key.subjectId}`,
      context: {
        ...context,
        commandId: allocatedId(key.kid, 'declare'),
        actor: systemActor,
        mayBeRetry: true,
      },
      number: 0,
      subjects: [key.subjectId],
      isNo: true,
    };
    const { revision, events } = await this.writer.record<KeyCreated>(step, () => [declared]);
    const [event] = events;
    if (revision === undefined || event === undefined)
      throw new Error('The declaration of a key has no event');
    await this.keyStore.subjects.activate(key.kid, {
      declaredRevision: revision,
      createdEventId: event.id,
    });
  }

  private contextOfReaper(): CommandContext {
    return {
      commandId: this.ids.uuid(),
      now: this.clock.now(),
      actor: systemActor,
      mayBeRetry: true,
      deadline: performance.now() + ABANDONED_AFTER_MS,
      correlationId: this.ids.uuid(),
    };
  }
}
