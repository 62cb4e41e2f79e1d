import { createSecretKey, type KeyObject } from 'node:crypto';
import type { Day } from '#kernel';
import { DailyKeyGone, type DailyKeys } from '#subject-keys';
import { daysBefore, type Today } from './primary-clock.js';

/** Days after its own on which a row of the command log can still be found. */
const DAYS_BACK = 7;
/** What the key of a day gives this purpose, and no other one, as its own key. */
const PURPOSE = 'command-log/1';

/** A key of the command log and the day that it stands for. */
export interface DayKey {
  readonly day: Day;
  readonly key: KeyObject;
}

/** The keys of the command log, today's first. */
export interface DayKeysOfToday {
  readonly today: Today;
  readonly keys: readonly [DayKey, ...DayKey[]];
}

/**
 * The command log's own key of each day, derived once from the key store's key of that day. A process forgets it with
 * the day, when the rows and the key store's key go too.
 */
export class DayKeysOfLog {
  readonly #keys = new Map<Day, KeyObject | undefined>();
  #of: DayKeysOfToday | undefined;

  constructor(private readonly daily: Pick<DailyKeys, 'hmac'>) {}

  /** The keys under which a command may stand today. Throws `KeyStoreUnavailable`. */
  async on(today: Today): Promise<DayKeysOfToday> {
    if (this.#of?.today === today) return this.#of;
    const past = daysBefore(today.day, DAYS_BACK);
    // Tomorrow's key, where another process may already write under it.
    const ahead = today.other === undefined || past.includes(today.other) ? [] : [today.other];
    const days = [...ahead, ...past];
    for (const day of this.#keys.keys()) {
      if (day !== today.day && !days.includes(day)) this.#keys.delete(day);
    }
    const key = await this.require(today.day);
    const others = await Promise.all(days.map((day) => this.maybe(day, past.indexOf(day) > 0)));
    this.#of = { today, keys: [{ day: today.day, key }, ...others.filter((one) => one !== undefined)] };
    return this.#of;
  }

  /** Throws `KeyStoreUnavailable`, `DailyKeyGone`. */
  async require(day: Day): Promise<KeyObject> {
    const known = this.#keys.get(day);
    if (known !== undefined) return known;
    const key = createSecretKey(await this.daily.hmac(day, PURPOSE));
    this.#keys.set(day, key);
    return key;
  }

  /** `undefined`: that day has no key, so nothing was logged on it. A settled day never gets one. */
  private async maybe(day: Day, isSettled: boolean): Promise<DayKey | undefined> {
    if (this.#keys.has(day) && this.#keys.get(day) === undefined) return undefined;
    try {
      return { day, key: await this.require(day) };
    } catch (error) {
      if (!(error instanceof DailyKeyGone)) throw error;
      if (isSettled) this.#keys.set(day, undefined);
      return undefined;
    }
  }
}
