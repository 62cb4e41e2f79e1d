import fc from 'fast-check';
import type { DocumentedParameter, Operation } from './openapi.harness.js';

// Requests that nobody who means well would send, made from what the document says a good one is.

/** A value that was sent must never come back: every hostile text carries this mark. */
export const CANARY = 'kanari';

/** A request as it goes over the wire. */
export interface HostileRequest {
  readonly method: string;
  /** Path and query, escaped as they are sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** A good request, from which the bad ones are made. */
export interface GoodRequest {
  readonly operation: Operation;
  readonly ids: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Members that the body may have, with their schemas. */
  readonly members: readonly (readonly [string, Readonly<Record<string, unknown>>])[];
  /** A token of a command of this ledger. */
  readonly token: string;
}

const LATIN = `é${CANARY}`;
const texts = fc.oneof(
  fc.constantFrom('', ' ', CANARY, `${CANARY}@courrier.example`, `' OR 1=1; -- ${CANARY}`, `${CANARY}\u0000`),
  fc.constantFrom(
    `\ud83d${CANARY}`,
    `${CANARY}\udc00`,
    `\u202e${CANARY}`,
    `\ufeff${CANARY}`,
    `${CANARY}\r\nx: y`,
  ),
  fc.constantFrom(
    'toString',
    'constructor',
    '__proto__',
    'hasOwnProperty',
    'all',
    'null',
    'NaN',
    '-0',
    '1e400',
  ),
  fc.constantFrom(
    '2026-02-30',
    '9999-12-31',
    '0000-01-01',
    '2026-06-30T23:59:60Z',
    '+275760-09-13T00:00:00Z',
  ),
  fc.constantFrom('0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999+14:00', '2016-12-31T24:00:00Z'),
  fc.constantFrom('00000000-0000-0000-0000-000000000000', '3F2B8C1E-5D4A-4F6B-9C7D-1E2F3A4B5C6D'),
  fc.constantFrom(
    CANARY.repeat(2_000),
    '\u0301'.repeat(500),
    '😀'.repeat(300),
    `${CANARY}${'a'.repeat(70_000)}`,
  ),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => `${CANARY}${text}`),
  fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => `${text}${CANARY}`),
);
/** Times at the ends of every calendar that somebody might keep them in. */
const instants = fc.constantFrom(
  ...['0001-01-01T00:00:00Z', '0001-01-01T00:00:00-14:00', '1582-10-10T12:00:00Z', '1700-02-28T23:59:59Z'],
  ...['1969-12-31T23:59:59.999999999Z', '1911-03-10T23:51:00Z', '9999-12-31T23:59:59Z'],
  ...['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59-14:00'],
);
const numbers = fc.oneof(
  fc.constantFrom(0, -1, 1, 1.5, 2 ** 31, 2 ** 53, 1e300, -(2 ** 63), Number.MIN_VALUE),
  fc.integer(),
);
const values = fc.oneof(
  { weight: 3, arbitrary: texts },
  numbers,
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    [],
    {},
    [[]],
    [null],
    [{}],
    { toString: CANARY },
    { length: 3 },
  ),
  fc.constantFrom<unknown>(
    nest(40),
    Array.from({ length: 2_000 }, (_, i) => i),
    { $ref: '#', [`${CANARY}@x`]: 1 },
  ),
  fc.array(texts, { maxLength: 3 }),
);
/** Names whose echo would betray a value, beside those that reach prototypes. */
const names = fc.constantFrom(
  ...['toString', 'constructor', '__proto__', 'prototype', 'hasOwnProperty', 'valueOf', 'toJSON', 'then', ''],
  ...[`${CANARY}@courrier.example`, `a ${CANARY}`, `${CANARY}/~0`, `\u0000${CANARY}`, CANARY.repeat(20)],
);

/** Hostile requests to one operation: mostly with one thing wrong, so that the rest of it lets the wrong thing in. */
export function hostileRequests(good: GoodRequest): fc.Arbitrary<HostileRequest> {
  const { operation, body, ids } = good;
  const takesBody = operation.method !== 'GET';
  const parameters = operation.parameters.map((one) => one.in);
  const wrong = [
    ...['all', 'headers', ...(takesBody ? ['body', 'body', 'body', 'type'] : [])],
    ...(parameters.includes('path') ? ['path'] : []),
    ...(parameters.includes('query') ? ['query', 'query', 'query'] : ['query']),
  ];
  const parts = fc.record({
    wrong: fc.constantFrom(...wrong),
    path: strangePath(good),
    query: strangeQuery(good),
    body:
      body === undefined
        ? strangeBodies(body)
        : fc.oneof(strangeBodies(body), mutated(body), completed(good)),
    type: contentTypes,
    headers: strangeHeaders(operation),
    key: fc.uuid(),
  });
  return parts.map((strange) => {
    const is = (part: string): boolean => strange.wrong === part || strange.wrong === 'all';
    const sent = is('body') ? strange.body : textOf(body);
    const type = is('type') ? strange.type : 'application/json';
    const headers = is('headers') ? strange.headers : usualHeaders(operation, strange.key);
    return {
      method: operation.method,
      target: (is('path') ? strange.path : pathOf({ operation, ids })) + (is('query') ? strange.query : ''),
      headers: { ...headers, ...(takesBody && type !== '' ? { 'content-type': type } : {}) },
      ...(takesBody ? { body: sent } : {}),
    };
  });
}

function usualHeaders(operation: Operation, key: string): Readonly<Record<string, string>> {
  return {
    ...(operation.method === 'GET' ? {} : { 'idempotency-key': key }),
    ...(operation.method === 'PUT' ? { 'if-match': '"0"' } : {}),
  };
}

/** Hostile requests to places that no document names. */
export const strangers: readonly HostileRequest[] = [
  ...[
    '/v1',
    '/v1/',
    '//',
    '/v1//subjects',
    '/%',
    '/%ff',
    '/v1/subjects/%00',
    '/v1/%2e%2e/metrics',
    `/${CANARY}`,
  ],
  ...[
    '/problems/toString',
    '/problems/__proto__',
    '/problems/%2e%2e',
    '/docs/constructor',
    '/docs/..%2fpackage.json',
  ],
  ...[
    `/docs/${CANARY}`,
    '/openapi.json?x=1',
    '/.git/config',
    '/v1/subjects;a=b',
    `/${'a'.repeat(4_000)}`,
    '/?a[b]=c',
  ],
].flatMap((target) =>
  ['GET', 'POST', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'].map((method) => ({
    method,
    target,
    headers: {},
  })),
);

/** What somebody sends who has no credential. */
export const credentials = [
  ...[
    '',
    'Bearer',
    'Bearer ',
    `Bearer ${CANARY}`,
    `Basic ${CANARY}`,
    'Bearer grf_',
    `Bearer grf_${'a'.repeat(43)}`,
  ],
  ...[
    `Bearer a.${CANARY}.c`,
    `Bearer ${'a'.repeat(7_000)}`,
    `Bearer ${LATIN}`,
    'Bearer null',
    'Bearer e30.e30.',
  ],
] as const;

const contentTypes = fc.constantFrom(
  ...[
    '',
    'text/plain',
    'application/xml',
    'multipart/form-data',
    'multipart/form-data; boundary=a',
    'text/csv',
  ],
  ...[
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    CANARY,
    'application/json/x',
    '*/*',
  ],
  ...['application/problem+json', 'application/json;', 'APPLICATION/JSON', 'application/json, text/plain'],
);

function strangeBodies(body: unknown): fc.Arbitrary<string | Uint8Array> {
  const text = textOf(body);
  const member = `"${CANARY}@x"`;
  return fc.oneof(
    fc.constantFrom(
      '',
      ' ',
      'null',
      '[]',
      '""',
      '0',
      'true',
      '{',
      '}',
      '{}',
      '[{}]',
      `{${member}:1}`,
      `"${CANARY}"`,
    ),
    fc.constantFrom(
      '\ufeff{}',
      '{"a":1,"a":2}',
      '{"a":NaN}',
      '{"a":1e400}',
      '{"a":-0}',
      '{"a":9007199254740993}',
    ),
    fc.constantFrom(
      `{"a":"\\ud800${CANARY}"}`,
      `{"a":"\\u0000${CANARY}"}`,
      `{${member}:{"__proto__":{"x":1}}}`,
    ),
    fc.constantFrom(
      '['.repeat(100_000),
      '{"a":'.repeat(5_000),
      `[${'[],'.repeat(50_000)}[]]`,
      ' '.repeat(200_000),
    ),
    fc.constantFrom(text.slice(0, -1), `${text}${text}`, text.replace('{', '{"__proto__":{},'), twice(text)),
    fc.constantFrom(
      Buffer.from([0xff, 0xfe, 0x7b]),
      Buffer.from(text, 'utf16le'),
      Buffer.from(`{"a":"${LATIN}"}`, 'latin1'),
    ),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    values.map((value) => JSON.stringify(value)),
  );
}

/** The first member again. */
function twice(text: string): string {
  const member = /^\{("\w+":("[^"]*"|\d+|true|false))/.exec(text)?.[1];
  return member === undefined ? text : text.replace('{', `{${member},`);
}

/** The good body with one thing wrong, anywhere in it. */
function mutated(body: unknown): fc.Arbitrary<string> {
  const places = placesIn(body);
  return fc
    .record({
      place: fc.constantFrom(...places),
      how: fc.constantFrom('replace', 'replace', 'remove', 'add', 'wrap', 'repeat'),
      value: values,
      name: names,
    })
    .map(({ place, how, value, name }) =>
      JSON.stringify(changed(body, place, (old) => outcome(how, old, value, name))),
    );
}

/** The good body with one more of the members that it may have, or another value of one that it has. */
function completed({ body, members }: GoodRequest): fc.Arbitrary<string> {
  if (members.length === 0) return fc.constant(textOf(body));
  return fc
    .constantFrom(...members)
    .chain(([name, { format }]) =>
      (format === 'date-time' ? instants : values).map((value) =>
        JSON.stringify({ ...(body as object), [name]: value }),
      ),
    );
}

const REMOVED = Symbol('removed');

function outcome(how: string, old: unknown, value: unknown, name: string): unknown {
  if (how === 'remove') return REMOVED;
  if (how === 'wrap') return [old];
  if (how === 'repeat')
    return Array.isArray(old) ? [...(old as unknown[]), ...(old as unknown[])] : [old, old];
  if (how === 'add' && typeof old === 'object' && old !== null && !Array.isArray(old)) {
    return Object.defineProperty({ ...old }, name, { value, enumerable: true });
  }
  return value;
}

type Place = readonly (string | number)[];

function placesIn(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inner = Object.entries(value).flatMap(([name, member]) => placesIn(member, [...at, name]));
  return [at, ...inner];
}

function changed(value: unknown, [first, ...rest]: Place, change: (old: unknown) => unknown): unknown {
  if (first === undefined) return change(value);
  if (Array.isArray(value)) {
    return value
      .map((item, i) => (String(i) === first ? changed(item, rest, change) : item))
      .filter((one) => one !== REMOVED);
  }
  const members = Object.entries(value as object).map(([name, member]) => [
    name,
    name === first ? changed(member, rest, change) : (member as unknown),
  ]);
  return Object.fromEntries(members.filter(([, member]) => member !== REMOVED));
}

function pathOf(
  { operation, ids }: Pick<GoodRequest, 'operation' | 'ids'>,
  change?: readonly [string, string],
): string {
  return operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    change?.[0] === name ? change[1] : (ids[name] ?? 'x'),
  );
}

function strangePath(good: GoodRequest): fc.Arbitrary<string> {
  const parameters = good.operation.parameters.filter((one) => one.in === 'path');
  if (parameters.length === 0)
    return fc.constantFrom(pathOf(good), `${pathOf(good)}/`, `${pathOf(good)}/${CANARY}`);
  const raw = [
    '..',
    '.',
    '%',
    '%zz',
    '%ff',
    '%00',
    '%2e%2e%2f',
    '*',
    '',
    ':',
    '%F0%9F%98%80',
    `%0d%0a${CANARY}`,
    ';a=b',
  ];
  const numeric = ['0', '-1', '01', '1.5', '1e3', '99999999999999999999', '%D9%A3', 'NaN'];
  const part = fc.oneof(
    fc.constantFrom(...raw, ...numeric),
    texts.map((text) => escaped(text).slice(0, 2_000)),
  );
  return fc
    .record({ name: fc.constantFrom(...parameters), part })
    .map(({ name, part: by }) => pathOf(good, [name.name, by]));
}

function strangeQuery(good: GoodRequest): fc.Arbitrary<string> {
  const parameters = good.operation.parameters.filter((one) => one.in === 'query');
  const unknown = fc.record({ name: names, value: texts }).map(({ name, value }) => [name, value] as const);
  const known = parameters.map((parameter) =>
    valueFor(parameter, good).map((value) => [parameter.name, value] as const),
  );
  const one = known.length === 0 ? unknown : fc.oneof(...known);
  const several = fc.array(fc.oneof(unknown, ...known), { minLength: 2, maxLength: 3 });
  return fc.oneof({ weight: 3, arbitrary: one.map((pair) => [pair]) }, several).map(queryOf);
}

function queryOf(pairs: readonly (readonly [string, string])[]): string {
  const written = pairs.map(([name, value]) => `${escaped(name)}=${escaped(value)}`);
  return `?${written.join('&').slice(0, 9_000)}`;
}

/** Cursors and tokens that look like real ones reach further than noise. */
function valueFor({ name }: DocumentedParameter, { token }: GoodRequest): fc.Arbitrary<string> {
  const strange = fc.oneof(texts, instants, numbers.map(String));
  if (['cursor', 'after'].includes(name)) return fc.oneof(strange, cursors(token));
  if (name === 'minToken') return fc.oneof(strange, tokens(token));
  // A question that waits costs the test time and tells nothing.
  return name === 'wait' ? fc.constantFrom('-1', '1e9', 'x', '1.5', '') : strange;
}

function cursors(token: string): fc.Arbitrary<string> {
  const [generation = ''] = token.split('~');
  const part = fc.oneof(
    texts,
    numbers,
    fc.constantFrom(generation, '2026-01-01T00:00:00.000Z', '1', null, []),
  );
  const forged = fc.array(part, { maxLength: 3 }).map((parts) => JSON.stringify(parts));
  const likely = fc.constantFrom(
    ...['["\\u0000"]', '["a\\ud800"]', '["x"]', `["${generation}",9007199254740991]`, `["${generation}",-2]`],
    ...['["2026-01-01T00:00:00Z","\\u0000"]', '["0000-01-01T00:00:00Z","x"]', '["\\u0000",1]', '["a",0.5]'],
  );
  const broken = fc.constantFrom('{', '{}', 'null', '[', `["${CANARY}\\ud800"]`);
  return fc.oneof(likely, forged, broken).map((text) => Buffer.from(text).toString('base64url'));
}

function tokens(token: string): fc.Arbitrary<string> {
  const [generation = ''] = token.split('~');
  const stream = 'consent-3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d';
  return fc.constantFrom(
    ...[
      `${generation}~`,
      `${generation}~x~y`,
      `${generation}~-1`,
      `${generation}~'`,
      `${generation}~${'9'.repeat(65)}`,
    ],
    ...[
      `3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d~1`,
      `${stream}@`,
      `${stream}@x`,
      `${stream}@9999999999999999999`,
      `@1`,
      '~',
    ],
    ...[`${CANARY}@1`, `${stream}@-1`, `$all@1`, `${stream}@-2`, token, `${token}${CANARY}`],
  );
}

function strangeHeaders({ parameters, method }: Operation): fc.Arbitrary<Record<string, string>> {
  const takes = (name: string) => parameters.some((one) => one.in === 'header' && one.name === name);
  const keys = fc.constantFrom(undefined, '', 'a b', '"', `"${CANARY}`, 'a'.repeat(256), LATIN, 'a,b', '""');
  const tags = fc.constantFrom(
    undefined,
    '*',
    'W/"1"',
    '"x"',
    '',
    '""',
    '"1", "2"',
    `"${'9'.repeat(19)}"`,
    '"-1"',
    LATIN,
  );
  const languages = fc.constantFrom(undefined, 'fr', `${CANARY};q=9`, 'fr;q=NaN', ','.repeat(400));
  const traces = fc.constantFrom(undefined, CANARY, `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`);
  const usual = fc.uuid();
  return fc
    .record({
      'idempotency-key': takes('Idempotency-Key') ? fc.oneof({ weight: 6, arbitrary: usual }, keys) : keys,
      'if-match': takes('If-Match') ? fc.oneof(fc.constant('"0"'), tags) : fc.constant(undefined),
      'accept-language': languages,
      accept: fc.constantFrom(undefined, undefined, 'text/html', `${CANARY}/x`, '*/*;q=0'),
      traceparent: traces,
      'content-encoding': fc.constantFrom(...Array<undefined>(9), method === 'GET' ? undefined : 'gzip'),
    })
    .map(
      (headers) =>
        Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)) as Record<
          string,
          string
        >,
    );
}

/** As a strict client escapes it; halves of surrogate pairs as their bytes would stand. */
function escaped(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll("'", '%27');
}

function textOf(body: unknown): string {
  return body === undefined ? '' : JSON.stringify(body);
}

function nest(depth: number): unknown {
  return depth === 0 ? CANARY : { a: nest(depth - 1) };
}
