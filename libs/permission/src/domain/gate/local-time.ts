import type { Day, Instant } from '#kernel';
import { Memo } from './memo.js';

/** What a clock and a calendar on the wall show in a time zone. */
export interface LocalTime {
  readonly day: Day;
  /** ISO weekday, Monday = 1. */
  readonly weekday: number;
  /** Minutes since midnight. */
  readonly minutes: number;
  /** Minutes since 1970 in UTC, whole ones. */
  readonly epochMinutes: number;
}

const MINUTE_MS = 60_000;

/** Formats of zones, and times worked out before, by minute: many people are asked about at one instant. */
const zones = new Memo<string, Zone | null>(1000);

interface Zone {
  readonly format: Intl.DateTimeFormat;
  readonly times: Memo<string, LocalTime>;
}

/** The local time at an instant; `undefined` if nobody knows such a zone. */
export function localTime(instant: Instant, zone: string): LocalTime | undefined {
  const known = zones.of(zone, () => zoneCalled(zone));
  return known?.times.of(instant.slice(0, 16), () => readOff(instant, known.format));
}

const instants = new Memo<number, Instant>(2000);

/** The instant so many minutes after 1970 began in UTC. */
export function instantAt(epochMinutes: number): Instant {
  return instants.of(epochMinutes, () => new Date(epochMinutes * MINUTE_MS).toISOString());
}

function readOff(instant: Instant, format: Intl.DateTimeFormat): LocalTime {
  const parts = new Map(format.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? '';
  const day = `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
  const weekday = new Date(`${day}T00:00:00.000Z`).getUTCDay();
  return {
    day,
    weekday: weekday === 0 ? 7 : weekday,
    minutes: Number(part('hour')) * 60 + Number(part('minute')),
    epochMinutes: Math.floor(Date.parse(instant) / MINUTE_MS),
  };
}

function zoneCalled(timeZone: string): Zone | null {
  try {
    const format = new Intl.DateTimeFormat('en', {
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
    return { format, times: new Memo(2000) };
  } catch {
    return null;
  }
}
