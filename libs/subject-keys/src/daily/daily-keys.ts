import { parisDay, type Clock, type Day } from '#kernel';
import { hmacSha256, type NamedKeys } from '../named/named-keys.js';

/** The key of that day was destroyed (or never existed): its HMACs can never be computed again. */
export class DailyKeyGone extends Error {
  override readonly name = 'DailyKeyGone';
  constructor(readonly day: Day) {
    super(`The key of ${day} does not exist any more`);
  }
}

/** An HMAC with the day whose key made it. */
export interface DailyHmac {
  readonly day: Day;
  readonly hmac: Buffer;
}

/** Days for which the command log keeps a row. */
export const DAILY_KEY_DAYS = 7;

const PREFIX = 'daily:';
const DAY_MS = 86_400_000;

/**
 * One HMAC key per day (Europe/Paris) for idempotency keys and bodies in the command log. When the key is purged, what
 * was logged that day cannot be matched with anything any more.
 */
export class DailyKeys {
  constructor(
    private readonly keys: NamedKeys,
    private readonly clock: Clock = { now: () => new Date().toISOString() },
  ) {}

  /** HMAC under today's key, which is created if needed. */
  async today(value: string): Promise<DailyHmac> {
    const day = parisDay(this.clock.now());
    return { day, hmac: await this.hmac(day, value) };
  }

  /**
   * HMAC under the key of a day. A key is created for today and its neighbours only (clocks differ). Throws
   * {@link DailyKeyGone} for a day whose key was purged or is due to be, `RangeError` for a text that is no day.
   */
  async hmac(day: Day, value: string): Promise<Buffer> {
    const age = this.ageInDays(day);
    if (age > DAILY_KEY_DAYS) throw new DailyKeyGone(day);
    const name = `${PREFIX}${day}`;
    const versions = await (Math.abs(age) <= 1 ? this.keys.versions(name) : this.keys.existing(name));
    const key = versions.at(-1)?.key;
    if (key === undefined) throw new DailyKeyGone(day);
    return hmacSha256(key, value);
  }

  /** Destroys the keys of days longer ago than this; answers those days. */
  async purge(olderThanDays = DAILY_KEY_DAYS): Promise<Day[]> {
    const days = (await this.keys.names(PREFIX)).map((name) => name.slice(PREFIX.length));
    const old = days.filter((day) => this.ageInDays(day) > olderThanDays);
    await this.keys.remove(old.map((day) => `${PREFIX}${day}`));
    return old;
  }

  private ageInDays(day: Day): number {
    const then = Date.parse(`${day}T00:00:00Z`);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || Number.isNaN(then))
      throw new RangeError('A day is written YYYY-MM-DD');
    return (Date.parse(`${parisDay(this.clock.now())}T00:00:00Z`) - then) / DAY_MS;
  }
}
