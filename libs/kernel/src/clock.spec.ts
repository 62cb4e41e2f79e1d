import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, addMonths, addYears, endOfParisDay, parisDay, toInstant } from './clock.js';

const date = fc.date({ min: new Date('1900-01-01'), max: new Date('9000-01-01'), noInvalidDate: true });
const instant = date.map((d) => d.toISOString());
const day = instant.map((text) => text.slice(0, 10));

describe('the day in Paris', () => {
  it.each([
    ['winter, before midnight', '2026-01-15T22:59:59.999Z', '2026-01-15'],
    ['winter, at midnight', '2026-01-15T23:00:00.000Z', '2026-01-16'],
    ['winter, 23:30 UTC is the next day', '2026-01-15T23:30:00.000Z', '2026-01-16'],
    ['summer, before midnight', '2026-07-14T21:59:59.999Z', '2026-07-14'],
    ['summer, at midnight', '2026-07-14T22:00:00.000Z', '2026-07-15'],
    ['summer, 23:30 UTC is the next day', '2026-07-14T23:30:00.000Z', '2026-07-15'],
    ['the night to summer time begins in winter time', '2026-03-28T23:00:00.000Z', '2026-03-29'],
    ['the clock goes forward', '2026-03-29T01:00:00.000Z', '2026-03-29'],
    ['the short day ends an hour earlier', '2026-03-29T21:59:59.999Z', '2026-03-29'],
    ['the day after the short day', '2026-03-29T22:00:00.000Z', '2026-03-30'],
    ['the night to winter time begins in summer time', '2026-10-24T22:00:00.000Z', '2026-10-25'],
    ['the hour that comes twice, first', '2026-10-25T00:30:00.000Z', '2026-10-25'],
    ['the hour that comes twice, second', '2026-10-25T01:30:00.000Z', '2026-10-25'],
    ['the long day ends an hour later', '2026-10-25T22:59:59.999Z', '2026-10-25'],
    ['the day after the long day', '2026-10-25T23:00:00.000Z', '2026-10-26'],
    ['new year comes an hour before UTC', '2026-12-31T23:00:00.000Z', '2027-01-01'],
    ['29 February of a leap year', '2028-02-28T23:30:00.000Z', '2028-02-29'],
    ['no 29 February in a common year', '2027-02-28T23:30:00.000Z', '2027-03-01'],
    ['2000 was a leap year', '2000-02-29T12:00:00.000Z', '2000-02-29'],
    ['1900 was none', '1900-02-28T23:59:00.000Z', '1900-03-01'],
  ])('%s', (_, at, expected) => {
    expect(parisDay(at)).toBe(expected);
  });

  it('changes 365 or 366 times a year, at 22:00 or 23:00 UTC only', () => {
    for (const year of [2024, 2025, 2026]) {
      const days = new Set<string>();
      for (let hour = Date.UTC(year, 0, 1); hour < Date.UTC(year + 1, 0, 1); hour += 3_600_000) {
        const [before, at] = [new Date(hour - 1).toISOString(), new Date(hour).toISOString()];
        days.add(parisDay(at));
        if (parisDay(before) !== parisDay(at)) expect([22, 23]).toContain(new Date(hour).getUTCHours());
      }
      days.delete(`${String(year + 1)}-01-01`);
      expect(days.size).toBe(year === 2024 ? 366 : 365);
    }
  });

  it('is a day as the ledger writes it, the UTC day or the next one', () => {
    fc.assert(
      fc.property(instant, (at) => {
        const next = new Date(Date.parse(at) + 86_400_000).toISOString().slice(0, 10);
        expect([at.slice(0, 10), next]).toContain(parisDay(at));
      }),
    );
  });

  it('never goes back', () => {
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        const [earlier, later] = a < b ? [a, b] : [b, a];
        expect(parisDay(earlier) <= parisDay(later)).toBe(true);
      }),
    );
  });

  it('does not depend on the zone of the machine', () => {
    const zone = process.env['TZ'];
    try {
      for (const other of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'UTC']) {
        process.env['TZ'] = other;
        expect(parisDay('2026-07-14T23:30:00.000Z')).toBe('2026-07-15');
      }
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  it('is refused for what is no instant', () => {
    expect(() => parisDay('yesterday')).toThrow(RangeError);
  });
});

describe('the end of a day in Paris', () => {
  it.each([
    ['winter', '2026-01-15', '2026-01-15T22:59:59.999Z'],
    ['summer', '2026-07-15', '2026-07-15T21:59:59.999Z'],
    ['the day on which summer time begins', '2026-03-29', '2026-03-29T21:59:59.999Z'],
    ['the day on which it ends', '2026-10-25', '2026-10-25T22:59:59.999Z'],
  ])('%s', (_, of, end) => {
    expect(endOfParisDay(of)).toBe(end);
  });

  it('is the last instant of that day, and the next one is of the next day', () => {
    const recent = fc
      .date({ min: new Date('1977-01-01'), max: new Date('2200-01-01'), noInvalidDate: true })
      .map((d) => d.toISOString().slice(0, 10));
    fc.assert(
      fc.property(recent, (of) => {
        const end = endOfParisDay(of);
        expect(parisDay(end)).toBe(of);
        expect(parisDay(new Date(Date.parse(end) + 1).toISOString())).toBe(addDays(of, 1));
      }),
    );
  });
});

describe('years later', () => {
  it.each([
    ['2026-11-21', 3, '2029-11-21'],
    ['2024-02-29', 1, '2025-02-28'],
    ['2024-02-29', 4, '2028-02-29'],
    ['2096-02-29', 4, '2100-02-28'],
    ['1996-02-29', 4, '2000-02-29'],
    ['2025-02-28', 3, '2028-02-28'],
    ['2024-02-29', -1, '2023-02-28'],
    ['2026-12-31', 0, '2026-12-31'],
  ])('%s and %i years: %s', (from, years, expected) => {
    expect(addYears(from, years)).toBe(expected);
  });

  it('is a day of the calendar, in that year and month', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: -100, max: 100 }), (from, years) => {
        const later = addYears(from, years);
        expect(new Date(later).toISOString().slice(0, 10)).toBe(later);
        expect(Number(later.slice(0, 4))).toBe(Number(from.slice(0, 4)) + years);
        expect(later.slice(5, 7)).toBe(from.slice(5, 7));
      }),
    );
  });

  it('keeps the order of days', () => {
    fc.assert(
      fc.property(day, day, fc.nat({ max: 50 }), (a, b, years) => {
        const [earlier, later] = a < b ? [a, b] : [b, a];
        expect(addYears(earlier, years) <= addYears(later, years)).toBe(true);
      }),
    );
  });
});

describe('some days later', () => {
  it.each([
    ['2026-11-21', 30, '2026-12-21'],
    ['2026-12-31', 1, '2027-01-01'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2026-03-28', 2, '2026-03-30'],
    ['2026-11-21', 0, '2026-11-21'],
  ])('%s and %i days: %s', (from, days, expected) => {
    expect(addDays(from, days)).toBe(expected);
  });

  it('come one after the other', () => {
    fc.assert(
      fc.property(day, fc.nat({ max: 4000 }), (from, days) => {
        expect(addDays(addDays(from, days), 1)).toBe(addDays(from, days + 1));
        expect(addDays(from, days) < addDays(from, days + 1)).toBe(true);
      }),
    );
  });
});

describe('an instant from a text', () => {
  it.each([
    ['2026-11-21T18:00:00Z', '2026-11-21T18:00:00.000Z'],
    ['2026-11-21T18:00:00.5Z', '2026-11-21T18:00:00.500Z'],
    ['2026-11-21T18:00:00.123999Z', '2026-11-21T18:00:00.123Z'],
    ['2026-11-21T19:00:00+01:00', '2026-11-21T18:00:00.000Z'],
    ['2026-11-21T00:30:00+01:00', '2026-11-20T23:30:00.000Z'],
    ['2026-11-20T19:00:00-23:00', '2026-11-21T18:00:00.000Z'],
    ['2026-11-21t18:00:00z', '2026-11-21T18:00:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['0099-01-01T00:00:00Z', '0099-01-01T00:00:00.000Z'],
  ])('%s', (text, expected) => {
    expect(toInstant(text)).toBe(expected);
  });

  it('keeps an instant as it is, and keeps their order', () => {
    fc.assert(
      fc.property(date, date, (a, b) => {
        const [x, y] = [toInstant(a.toISOString()), toInstant(b.toISOString())];
        expect(x).toBe(a.toISOString());
        expect(x < y).toBe(a < b);
      }),
    );
  });

  it('is the same instant in every zone', () => {
    const offset = fc.integer({ min: -1439, max: 1439 });
    fc.assert(
      fc.property(date, offset, (at, minutes) => {
        const local = new Date(at.getTime() + minutes * 60_000).toISOString().slice(0, 23);
        const [hh, mm] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
        const zone = `${minutes < 0 ? '-' : '+'}${String(hh).padStart(2, '0')}:${String(mm).padStart(2, '0')}`;
        expect(toInstant(local + zone)).toBe(at.toISOString());
      }),
    );
  });

  it.each([
    ['no zone: the machine would choose one', '2026-11-21T18:00:00'],
    ['a day without a time', '2026-11-21'],
    ['30 February', '2026-02-30T10:00:00Z'],
    ['29 February of a common year', '2026-02-29T10:00:00Z'],
    ['29 February 2100', '2100-02-29T10:00:00Z'],
    ['31 April', '2026-04-31T10:00:00Z'],
    ['month 13', '2026-13-01T10:00:00Z'],
    ['month 0', '2026-00-01T10:00:00Z'],
    ['day 0', '2026-01-00T10:00:00Z'],
    ['24 o’clock', '2026-11-21T24:00:00Z'],
    ['a leap second', '2016-12-31T23:59:60Z'],
    ['a zone beyond a day', '2026-11-21T18:00:00+24:00'],
    ['before year 0', '0000-01-01T00:30:00+01:00'],
    ['year 0, which PostgreSQL has not', '0000-06-01T00:00:00Z'],
    ['year 0 in UTC', '0001-01-01T00:30:00+01:00'],
    ['after year 9999', '9999-12-31T23:30:00-01:00'],
    ['a blank', ' 2026-11-21T18:00:00Z'],
    ['a line end', '2026-11-21T18:00:00Z\n'],
    ['other digits', '２０26-11-21T18:00:00Z'],
    ['words', 'yesterday'],
    ['nothing', ''],
  ])('%s is refused', (_, text) => {
    expect(() => toInstant(text)).toThrow(RangeError);
  });
});

describe('some months later', () => {
  it.each([
    ['2026-01-31T10:00:00.000Z', 1, '2026-02-28T10:00:00.000Z'],
    ['2028-01-31T10:00:00.000Z', 1, '2028-02-29T10:00:00.000Z'],
    ['2026-11-30T23:59:59.999Z', 3, '2027-02-28T23:59:59.999Z'],
    ['2026-03-15T00:00:00.000Z', 12, '2027-03-15T00:00:00.000Z'],
  ])('of %s, %d later, is the same day or the last of a shorter month: %s', (from, months, to) => {
    expect(addMonths(from, months)).toBe(to);
  });
});
