import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ReadSide, Tokens } from '#runtime';
import { traceparentOf } from '../command/traceparent.js';
import { Problem } from '../problems/problem.js';
import { preferredLanguage } from './language.js';
import { MinTokenPipe } from './min-token.js';
import { decodeCursor, encodeCursor, page } from './page.js';
import { RouteList, RouteWithoutPlan } from './route-list.js';
import type { RoutePlan } from './route-plan.js';

// Goal: the small things that every route shares: language, cursors, tokens, trace context, the list of routes.

describe('the language of an answer', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['de', 'en'],
    ['fr', 'fr'],
    ['FR-fr', 'fr'],
    ['en, fr', 'en'],
    ['fr, en', 'fr'],
    ['en;q=0.4, fr;q=0.5', 'fr'],
    ['fr;q=0, en', 'en'],
    ['fr;q=0', 'en'],
    ['de-CH, fr;q=0.8, en;q=0.7', 'fr'],
    ['frisian', 'en'],
    ['fr;level=1;q=0.2, en;q=0.1', 'fr'],
  ])('%p asks for %s', (header, language) => {
    expect(preferredLanguage(header)).toBe(language);
  });

  it('is one of ours, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string(), (header) => expect(['fr', 'en']).toContain(preferredLanguage(header))),
    );
  });
});

describe('a cursor', () => {
  it('holds the ordering values of a row', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), (text, number) => {
        expect(decodeCursor(encodeCursor([text, number]), ['string', 'number'])).toEqual([text, number]);
      }),
    );
    expect(decodeCursor(undefined, ['string'])).toBeUndefined();
  });

  it.each([
    '',
    'x',
    encodeCursor([1]),
    encodeCursor(['a', 'b']),
    Buffer.from('{}').toString('base64url'),
    Buffer.from('[[]]').toString('base64url'),
    Buffer.from('["a\\u0000"]').toString('base64url'),
    Buffer.from('["a\\ud800"]').toString('base64url'),
  ])('%p of nobody is refused', (cursor) => {
    expect(() => decodeCursor(cursor, ['string'])).toThrow(Problem);
  });

  it('stands on every page but the last', () => {
    expect(page([1, 2], ['a', 2])).toEqual({ items: [1, 2], next: encodeCursor(['a', 2]) });
    expect(page([1, 2], undefined)).toEqual({ items: [1, 2] });
  });
});

describe('a read that asks for "at least this token"', () => {
  const waits: unknown[] = [];
  const tokens = {
    waitFor: async (...args: unknown[]) => {
      waits.push(args);
      if (args[0] === 'other') throw new Problem('token-of-another-store');
    },
  } as unknown as Tokens;

  it('waits for its projection where it will be read, and only if it asks', async () => {
    const readSide = {} as ReadSide;
    const pipe = new MinTokenPipe(tokens, readSide);
    const where = 'primary';
    expect(await pipe.transform({ token: undefined, projection: 'contact-state', where })).toBeUndefined();
    expect(waits).toEqual([]);
    expect(await pipe.transform({ token: 't', projection: 'contact-state', where })).toBe('t');
    expect(waits.pop()).toEqual(['t', 'contact-state', 2000, undefined]);
    await pipe.transform({ token: 't', projection: 'timeline', where: 'replica' });
    expect(waits.pop()).toEqual(['t', 'timeline', 2000, readSide]);
    await expect(pipe.transform({ token: 'other', projection: 'contact-state', where })).rejects.toThrow(
      Problem,
    );
  });
});

describe('a trace context', () => {
  it('is passed on only as the specification writes it', () => {
    const valid = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';
    expect(traceparentOf(valid)).toBe(valid);
    for (const other of [
      undefined,
      '',
      [valid, valid],
      `${valid}-x`,
      valid.slice(1),
      `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-00`,
    ]) {
      expect(traceparentOf(other)).toBeUndefined();
    }
  });
});

describe('the list of routes', () => {
  const plan: RoutePlan = { access: { kind: 'public' }, owner: 'handler', params: [] };

  it('refuses a route that says nothing about its access', () => {
    expect(() => new RouteList().add('GET', '/x', undefined)).toThrow(RouteWithoutPlan);
  });

  it('knows the methods of an address', () => {
    const list = new RouteList();
    list.add(['GET', 'HEAD'], '/v1/x/:id', plan);
    list.add('POST', '/v1/x/:id', plan);
    list.add('GET', '/v1/x/:id/y.csv', plan);
    expect(list.methodsOf('/v1/x/7?q=1')).toEqual(['GET', 'HEAD', 'POST']);
    expect(list.methodsOf('/v1/x/7/y.csv')).toEqual(['GET']);
    expect(list.methodsOf('/v1/x/7/ycsv')).toEqual([]);
    expect(list.methodsOf('/v1/x/7/')).toEqual([]);
    expect(list.all().map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/x/:id',
      'POST /v1/x/:id',
      'GET /v1/x/:id/y.csv',
    ]);
  });
});
