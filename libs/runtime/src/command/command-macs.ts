import { createHash } from 'node:crypto';
import { NotCanonical, canonicalJson, type Day, type Json, type Uuid } from '#kernel';
import type { DailyKeys } from '#subject-keys';
import { daysBefore, type PrimaryClock } from './primary-clock.js';

/** Days after its own on which a row can still be found. */
const DAYS_BACK = 7;
/** Keys of the day before may still come into being; older ones exist or never will. */
const SETTLED_AFTER_DAYS = 2;

/** An idempotency key as it may stand in the log, under the key of each day on which it may have come first. */
export interface KeyMacs {
  readonly today: Day;
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
  readonly #absentDays = new Set<Day>();

  constructor(
    private readonly daily: DailyKeys,
    private readonly clock: PrimaryClock,
  ) {}

  /** The clock of the primary must be known. Throws `KeyStoreUnavailable`. */
  async ofKey(client: string, idempotencyKey: string): Promise<KeyMacs> {
    const text = canonicalOr([client, idempotencyKey]);
    const today = this.clock.today();
    const other = this.clock.otherToday();
    const own = await this.daily.hmac(today, text);
    const past = daysBefore(today, DAYS_BACK);
    const further = other === undefined || past.includes(other) ? past : [other, ...past];
    const found = await Promise.all(further.map((day) => this.maybe(day, text, past.indexOf(day) + 1)));
    const lock = createHash('sha256').update(text).digest().readBigInt64BE();
    return {
      today,
      own,
      all: [own, ...found.filter((mac) => mac !== undefined)],
      lock: other === undefined ? undefined : lock,
    };
  }

  /** Throws `KeyStoreUnavailable`, `DailyKeyGone`. */
  ofBody(day: Day, { route, body, actor }: Comparable): Promise<Buffer> {
    return this.daily.hmac(day, canonicalOr([route, actor.ref, body]));
  }

  /** `undefined`: on that day no key was made, so nothing was logged. */
  private async maybe(day: Day, text: string, ageInDays: number): Promise<Buffer | undefined> {
    if (this.#absentDays.has(day)) return undefined;
    try {
      return await this.daily.hmac(day, text);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'DailyKeyGone') throw error;
      if (ageInDays >= SETTLED_AFTER_DAYS) this.#absentDays.add(day);
      return undefined;
    }
  }
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
