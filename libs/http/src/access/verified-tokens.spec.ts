import { describe, expect, it } from '@jest/globals';
import type { Caller } from './caller.js';
import { VerifiedTokens } from './verified-tokens.js';

// Goal: a remembered token is forgotten when it expires, after five minutes, and when there are too many.

const caller = (clientId: string): Caller => ({
  actorId: '3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d',
  kind: 'service',
  roles: [],
  scopes: new Set(),
  clientId,
});

describe('verified tokens', () => {
  it('are remembered until they expire', () => {
    let now = 1_000_000;
    const tokens = new VerifiedTokens(() => now);
    tokens.set('t', caller('a'), 1060);
    now = 1_059_999;
    expect(tokens.get('t', {})?.clientId).toBe('a');
    now = 1_060_000;
    expect(tokens.get('t', {})).toBeUndefined();
  });

  it('are verified anew after five minutes', () => {
    let now = 0;
    const tokens = new VerifiedTokens(() => now);
    tokens.set('t', caller('a'), 86_400);
    now = 299_999;
    expect(tokens.get('t', {})).toBeDefined();
    now = 300_000;
    expect(tokens.get('t', {})).toBeUndefined();
  });

  it('are at most ten thousand', () => {
    const tokens = new VerifiedTokens(() => 0);
    for (let i = 0; i <= 10_000; i += 1) tokens.set(`t${String(i)}`, caller('a'), 60);
    expect(tokens.get('t0', {})).toBeUndefined();
    expect(tokens.get('t1', {})).toBeDefined();
  });

  it('are told apart by every character', () => {
    const tokens = new VerifiedTokens(() => 0);
    tokens.set('abc', caller('a'), 60);
    expect(tokens.get('abd', {})).toBeUndefined();
    expect(tokens.get('abc ', {})).toBeUndefined();
  });

  it('are known at once on the connection that sent them, until they expire', () => {
    let now = 0;
    const tokens = new VerifiedTokens(() => now);
    const connection = {};
    tokens.set('t', caller('a'), 60);
    expect(tokens.get('t', connection)).toBe(tokens.get('t', connection));
    expect(tokens.get('u', connection)).toBeUndefined();
    expect(tokens.get('t', connection)?.clientId).toBe('a');
    now = 60_000;
    expect(tokens.get('t', connection)).toBeUndefined();
  });
});
