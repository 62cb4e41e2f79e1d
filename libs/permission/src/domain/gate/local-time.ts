import type { Day, Instant } from '#kernel';

/** What a clock and a calendar on the wall show in a time zone. */
export interface LocalTime {
  readonly day: Day;
  /** ISO weekday, Monday = 1. */
  readonly weekday: number;
  /** Minutes since midnight. */
  readonly minutes: number;
}

const formats = new Map<string, Intl.DateTimeFormat | undefined>();

/** Times worked out before, by zone and minute: many people are asked about at one instant. */
const times = new Map<string, LocalTime | undefined>();
const KNOWN_TIMES = 10_000;

/** The local time at an instant; `undefined` if nobody knows such a zone. */
export function localTime(instant: Instant, zone: string): LocalTime | undefined {
  const key = `${zone} ${instant.slice(0, 16)}`;
  if (times.has(key)) return times.get(key);
  if (times.size >= KNOWN_TIMES) times.clear();
  const found = readOff(instant, zone);
  times.set(key, found);
  return found;
}

function readOff(instant: Instant, zone: string): LocalTime | undefined {
  const format = formatOf(zone);
  if (format === undefined) return undefined;
  const parts = new Map(format.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  const day = `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
  const weekday = new Date(`${day}T00:00:00.000Z`).getUTCDay();
  return {
    day,
    weekday: weekday === 0 ? 7 : weekday,
    minutes: Number(part('hour')) * 60 + Number(part('minute')),
  };
}

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (!formats.has(zone)) formats.set(zone, newFormat(zone));
  return formats.get(zone);
}

function newFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
  } catch {
    return undefined;
  }
}
