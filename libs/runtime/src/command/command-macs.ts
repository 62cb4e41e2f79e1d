import { createHash, createHmac, type KeyObject } from 'node:crypto';
import { NotCanonical, canonicalJson, type Day, type Json, type Uuid } from '#kernel';
import type { DailyKeys } from '#subject-keys';
import { DayKeysOfLog } from './day-keys.js';
import type { PrimaryClock } from './primary-clock.js';

/** An idempotency key as it may stand in the log, under the key of each day on which it may have come first. */
export interface KeyMacs {
  readonly day: Day;
  /** Under today's key: what a new row carries. */
  readonly own: Buffer;
  /** Under every day's key that still exists. */
  readonly all: readonly Buffer[];
  /**
   * Around midnight: another process may write the same command under another day's key, where no index would see
   * the two collide. Whoever holds this lock is alone with the command.
   */
  readonly lock: bigint | undefined;
}

/** What must be the same in a retry. */
export interface Comparable {
  readonly route: string;
  readonly body: Json;
  /** Another person with the same key sends another command. */
  readonly actor: { readonly ref: Uuid };
}

/** Keyed hashes of requests, under keys that die after seven days: what is logged says nothing about anybody. */
export class CommandMacs {
  readonly #keys: DayKeysOfLog;

  constructor(
    daily: Pick<DailyKeys, 'hmac'>,
    private readonly clock: PrimaryClock,
  ) {
    this.#keys = new DayKeysOfLog(daily);
  }

  /** The clock of the primary must be known. Throws `KeyStoreUnavailable`. */
  async ofKey(client: string, idempotencyKey: string): Promise<KeyMacs> {
    const text = canonicalOr([client, idempotencyKey]);
    const { keys, today } = await this.#keys.on(this.clock.today());
    const own = hmac(keys[0].key, text);
    return {
      day: today.day,
      own,
      all: [own, ...keys.slice(1).map(({ key }) => hmac(key, text))],
      lock:
        today.other === undefined ? undefined : createHash('sha256').update(text).digest().readBigInt64BE(),
    };
  }

  /** Throws `KeyStoreUnavailable`, `DailyKeyGone`. */
  async ofBody(day: Day, { route, body, actor }: Comparable): Promise<Buffer> {
    return hmac(await this.#keys.require(day), canonicalOr([route, actor.ref, body]));
  }
}

function hmac(key: KeyObject, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest();
}

/** Members in one order, so that two ways of writing the same body are the same; a body that is not canonical as it is. */
function canonicalOr(value: Json): string {
  try {
    return canonicalJson(value);
  } catch (error) {
    if (error instanceof NotCanonical) return JSON.stringify(value);
    throw error;
  }
}
