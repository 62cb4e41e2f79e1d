import { describe, expect, it } from '@jest/globals';
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import fc from 'fast-check';
import { pino } from 'pino';
import { Personal } from './personal.js';

// Goal: a personal value in the clear cannot leave by a log, an error, a trace or JSON. Method: one value (a canary)
// is sent through every door we know, in every nesting that occurs in practice; its characters must never come out.

const CANARY = 'camille.canari@client.example';
const email = Personal.of(CANARY);
const nested = { contact: { email }, list: [email], map: new Map([[email, email]]), set: new Set([email]) };
const error = Object.assign(new Error('cannot write', { cause: { email } }), { email });

/** What a writable stream received. */
function sink(): { stream: Writable; text: () => string } {
  let received = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      received += String(chunk);
      done();
    },
  });
  return { stream, text: () => received };
}

describe('a personal value prints as [personal]', () => {
  it.each<[string, (value: Personal<string>) => unknown]>([
    ['JSON.stringify', (value) => JSON.parse(JSON.stringify(value))],
    ['a template', (value) => `a ${value as unknown as string}`.slice(2)],
    ['concatenation', (value) => ('a' + (value as unknown as string)).slice(1)],
    ['String()', (value) => String(value)],
    ['join', (value) => [value].join('')],
    ['util.inspect', (value) => inspect(value)],
    ['util.format %s', (value) => format('%s', value)],
    ['util.format %o', (value) => format('%o', value)],
    ['util.format %O', (value) => format('%O', value)],
    ['util.format %j', (value) => JSON.parse(format('%j', value))],
    ['util.format with a surplus argument', (value) => format('', value).trim()],
    ['an error made of it', (value) => new Error(String(value)).message],
  ])('in %s', (_, print) => {
    expect(print(email)).toBe('[personal]');
  });

  it.each<[string, () => string]>([
    ['JSON of what holds it', () => JSON.stringify({ ...nested, map: [...nested.map] })],
    ['util.inspect of what holds it', () => inspect(nested, { depth: Infinity, showHidden: true })],
    ['util.inspect of an error', () => inspect(error, { depth: Infinity })],
  ])('in %s', (_, print) => {
    const text = print();
    expect(text).toContain('[personal]');
    expect(text).not.toContain(CANARY);
  });

  it('on a console', () => {
    const { stream, text } = sink();
    const console = new Console({ stdout: stream, stderr: stream });
    console.log(email, nested);
    console.log('%s %o %O %j', email, email, nested, email);
    console.error(error);
    console.dir(nested, { depth: null, showHidden: true });
    console.table([{ email }]);
    expect(text().split('[personal]').length).toBeGreaterThan(9);
    expect(text()).not.toContain(CANARY);
  });

  it('in a structured log', () => {
    const { stream, text } = sink();
    const log = pino({ level: 'trace' }, stream);
    log.info(
      { email, nested: { contact: nested.contact, list: nested.list } },
      'registered %s %o %j',
      email,
      nested,
      email,
    );
    log.error({ err: error, cause: error.cause });
    log.child({ email }).warn(email);
    const [registered, failed, child] = text()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(registered).toMatchObject({ email: '[personal]', nested: { contact: { email: '[personal]' } } });
    expect(registered.msg).toContain('registered [personal]');
    expect(failed).toMatchObject({ err: { email: '[personal]' }, cause: { email: '[personal]' } });
    expect(child).toMatchObject({ email: '[personal]' });
    expect(text()).not.toContain(CANARY);
  });
});

describe('a personal value shows nothing else', () => {
  it('has no members to list, copy or clone', () => {
    expect(Reflect.ownKeys(email)).toEqual([]);
    expect(Object.assign({}, email)).toEqual({});
    expect(JSON.stringify(structuredClone(email))).not.toContain(CANARY);
    expect(inspect(email, { customInspect: false, showHidden: true })).not.toContain(CANARY);
  });

  it('is no number and has no length to guess from', () => {
    expect(Number(email)).toBeNaN();
    expect(String(Personal.of('a'))).toBe(String(Personal.of('a'.repeat(1000))));
  });

  it('holds for values of any type', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const personal = Personal.of(value);
        expect([String(personal), inspect(personal), JSON.stringify(personal)]).toEqual([
          '[personal]',
          '[personal]',
          '"[personal]"',
        ]);
      }),
    );
  });
});

describe('reveal', () => {
  it('gives the very value', () => {
    fc.assert(fc.property(fc.anything(), (value) => Object.is(Personal.of(value).reveal(), value)));
  });
});
