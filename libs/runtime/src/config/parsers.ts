/** True for the addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** TCP port; 0 lets the system choose. */
export function port(value: string): number | undefined {
  const number = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  return number <= 65535 ? number : undefined;
}

/** A whole number within bounds, both included. */
export function wholeNumber(min: number, max: number): (value: string) => number | undefined {
  return (value) => {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    return number >= min && number <= max ? number : undefined;
  };
}

/** Name or address to listen on; not a URL, and no port in it. */
export function host(value: string): string | undefined {
  return /^[A-Za-z0-9.-]+$/.test(value) || /^[0-9A-Fa-f:.]+$/.test(value) ? value : undefined;
}

/** One of a closed list. */
export function oneOf<T extends string>(allowed: readonly T[]): (value: string) => T | undefined {
  return (value) => allowed.find((candidate) => candidate === value);
}

/** Media types without `application/`, with commas between them (RFC 7515, 4.1.9). */
export function tokenTypes(value: string): readonly string[] | undefined {
  const types = value.split(',').map((type) => type.trim());
  return types.every((type) => /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,63}$/.test(type)) ? types : undefined;
}

/** PostgreSQL connection URL that names a database. */
export function postgresUrl(value: string): string | undefined {
  const url = urlOf(value, ['postgres:', 'postgresql:']);
  return url === undefined || url.pathname.length < 2 ? undefined : value;
}

/** Where a database lies, without user and password: two URLs with the same place are the same database. */
export function databasePlace(value: string): string {
  const { hostname, port: number, pathname, searchParams } = new URL(value);
  return `${searchParams.get('host') ?? hostname}:${number === '' ? '5432' : number}${pathname}`;
}

/**
 * Base address as callers see it: https or http, without credentials, query or fragment; slashes at the end are
 * dropped, so that a path can be put behind it.
 */
export function publicUrl(value: string): string | undefined {
  const url = urlOf(value, ['https:', 'http:']);
  return url !== undefined && isBare(url) ? value.replace(/\/+$/, '') : undefined;
}

/** Address from which trust is fetched: https, or http on loopback. Kept as it is written: issuers are compared exactly. */
export function trustedUrl(value: string): string | undefined {
  const url = urlOf(value, ['https:', 'http:']);
  if (url === undefined || !isBare(url)) return undefined;
  return url.protocol === 'https:' || isLoopback(url.hostname) ? value : undefined;
}

/**
 * Name of the log: a URL without scheme, as `ledger.example/acme/2026`.
 * A signed note's key name knows neither spaces nor "+" (C2SP signed-note).
 */
export function logOrigin(value: string): string | undefined {
  return /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(\/[A-Za-z0-9._~-]+)*$/.test(value) ? value : undefined;
}

function isBare(url: URL): boolean {
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

function urlOf(value: string, protocols: readonly string[]): URL | undefined {
  if (!URL.canParse(value)) return undefined;
  const url = new URL(value);
  return protocols.includes(url.protocol) ? url : undefined;
}
