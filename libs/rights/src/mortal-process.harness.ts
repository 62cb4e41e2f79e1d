import type { EventStore, EventStoreErasure } from '#event-store';
import { CommandLog } from '#runtime';
import type { KeyStore } from '#subject-keys';
import { PurgeRecord } from './eraser/purge-record.js';
import type { RightsLedger, RightsProcess } from './rights.harness.js';

/** What a process that is dead says to whoever still asks it something. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied';
}

/** What changes something outside the process, by where it happens. */
const EFFECTS = {
  subjects: ['prepare', 'rotate', 'activate', 'destroy'],
  suppressions: ['put'],
  archive: ['enter', 'releaseScopes'],
  claims: ['releaseSubject', 'releasePoints'],
} as const;

/** A process that dies right after an effect of the spec's choice; the effect itself stands. */
export class MortalProcess {
  /** Effects since the last {@link live}, in words. */
  effects: string[] = [];
  private lastEffect = Infinity;
  private afterEffect: (effect: string) => Promise<void> = () => Promise.resolve();

  private constructor(private readonly started: RightsProcess[]) {}

  static async start(ledger: RightsLedger): Promise<MortalProcess> {
    const mortal = new MortalProcess([]);
    const process = await ledger.start({
      store: (store) => mortal.wrapped(store, 'store', ['append']),
      keyStore: (keyStore) => mortal.wrappedKeys(keyStore),
      eraser: (store) => mortal.wrapped(store, 'eraser', ['close', 'purge']),
      purgeEveryHours: 0,
    });
    const log = process.app.get(CommandLog);
    log.blankSubject = mortal.mortal('log.blankSubject', log.blankSubject.bind(log));
    const record = process.app.get(PurgeRecord);
    record.begin = mortal.mortal('run.begin', record.begin.bind(record));
    record.conclude = mortal.mortal('run.conclude', record.conclude.bind(record));
    record.finish = mortal.mortal('run.finish', record.finish.bind(record));
    mortal.started.push(process);
    return mortal;
  }

  get process(): RightsProcess {
    const [process] = this.started;
    if (process === undefined) throw new Error('Not started');
    return process;
  }

  /** A new life, up to that many effects; after each of them `afterEffect` runs before anything goes on. */
  live(effects = Infinity, afterEffect?: (effect: string) => Promise<void>): void {
    this.effects = [];
    this.lastEffect = effects;
    this.afterEffect = afterEffect ?? (() => Promise.resolve());
  }

  private wrappedKeys(keyStore: KeyStore): KeyStore {
    const parts = Object.entries(EFFECTS).map(([part, methods]) => [
      part,
      this.wrapped(keyStore[part as keyof typeof EFFECTS], part, methods),
    ]);
    const replaced = Object.fromEntries(parts) as Partial<KeyStore>;
    return new Proxy(keyStore, {
      get: (target, name) =>
        name in replaced ? replaced[name as keyof KeyStore] : bound(target, target[name as keyof KeyStore]),
    });
  }

  private wrapped<T extends EventStore | EventStoreErasure | KeyStore[keyof typeof EFFECTS]>(
    target: T,
    label: string,
    methods: readonly string[],
  ): T {
    return new Proxy(target, {
      get: (_, name) => {
        const value = bound(target, target[name as keyof T]);
        const isEffect = methods.includes(String(name));
        return isEffect ? this.mortal(`${label}.${String(name)}`, value as Effect) : value;
      },
    });
  }

  private mortal<A extends unknown[], R>(label: string, effect: (...args: A) => Promise<R>) {
    return async (...args: A): Promise<R> => {
      if (this.effects.length >= this.lastEffect) throw new ProcessDied();
      const result = await effect(...args);
      this.effects.push(`${label} ${wordsOf(args)}`.trim());
      await this.afterEffect(this.effects.at(-1) ?? '');
      if (this.effects.length >= this.lastEffect) throw new ProcessDied();
      return result;
    };
  }
}

type Effect = (...args: unknown[]) => Promise<unknown>;

function bound(target: object, value: unknown): unknown {
  return typeof value === 'function' ? (value as Effect).bind(target) : value;
}

/** The event types of an append. */
function wordsOf(args: readonly unknown[]): string {
  const [, , events] = args;
  return Array.isArray(events) ? events.map(({ type }: { type: string }) => type).join() : '';
}
