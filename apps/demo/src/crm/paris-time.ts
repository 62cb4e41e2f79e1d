const EXPORTED = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::\d\d)?)?$/;
const HOURS = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Paris', timeZoneName: 'longOffset' });

/**
 * The instant of `2024-03-12 09:14` as an account set to Paris exports it, in RFC 3339. A day without an hour is its
 * noon. `undefined` for anything else, impossible days included.
 */
export function parisInstant(text: string): string | undefined {
  const [, year, month, day, hour = '12', minute = '00'] = EXPORTED.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const asIfUtc = new Date(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
  if (Number.isNaN(asIfUtc.getTime()) || asIfUtc.getUTCDate() !== Number(day)) return undefined;
  const offset = HOURS.formatToParts(asIfUtc)
    .find(({ type }) => type === 'timeZoneName')
    ?.value.slice(3);
  return `${year}-${month}-${day}T${hour}:${minute}:00${offset === undefined || offset === '' ? 'Z' : offset}`;
}
