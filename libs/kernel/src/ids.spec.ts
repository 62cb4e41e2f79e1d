import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { NIL_UUID, allocatedId, eventId, isUuid } from './ids.js';

const V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const V8 = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const COMMAND = '6f9619ff-8b86-4d01-b42d-00cf4fc964ff';

const command = fc.uuid({ version: 4 });
const stream = fc.uuid({ version: 4 }).map((id) => `consent-${id}`);
const where = fc.tuple(command, fc.nat({ max: 50 }), stream, fc.nat({ max: 255 }));

describe('the id of an event', () => {
  it('is a UUIDv8 and the same for every retry', () => {
    fc.assert(
      fc.property(where, ([id, step, name, index]) => {
        const first = eventId(id, step, name, index);
        expect(first).toMatch(V8);
        expect(isUuid(first)).toBe(true);
        expect(eventId(id, step, name, index)).toBe(first);
      }),
    );
  });

  it('keeps its value for ever: retries across releases depend on it', () => {
    expect(eventId(COMMAND, 1, `consent-${COMMAND}`, 0)).toBe('a8e9867f-1dc9-82fc-b8a0-1fea2ecf7324');
  });

  it('differs as soon as command, step, stream or index differs', () => {
    const commands = [COMMAND, '0f8fad5b-d9cb-469f-a165-70867728950e'];
    const streams = ['consent-1', 'consent-11', 'rights-1', '1-consent'];
    const pairs = commands.flatMap((id) => streams.map((name) => [id, name] as const));
    const seen = new Set<string>();
    for (const [id, name] of pairs) {
      for (let n = 0; n < 20 * 60; n += 1) seen.add(eventId(id, n % 20, name, Math.floor(n / 20)));
    }
    expect(seen.size).toBe(2 * 4 * 20 * 60);
  });

  it('differs for any two places (random pairs)', () => {
    fc.assert(
      fc.property(where, where, (a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b));
        expect(eventId(...a)).not.toBe(eventId(...b));
      }),
    );
  });
});

describe('an allocated id', () => {
  it('has the shape of a UUIDv4 and the same value for every retry', () => {
    fc.assert(
      fc.property(command, fc.string(), (id, label) => {
        expect(allocatedId(id, label)).toMatch(V4);
        expect(allocatedId(id, label)).toBe(allocatedId(id, label));
      }),
    );
  });

  it('keeps its value for ever', () => {
    expect(allocatedId(COMMAND, 'subject')).toBe('3a74e342-8d6a-42a1-b97e-5e6d51477767');
  });

  it('differs by command and by label', () => {
    const ids = new Set<string>();
    for (let n = 0; n < 2000; n += 1) ids.add(allocatedId(COMMAND, `consent/${String(n)}`));
    fc.assert(
      fc.property(command, (id) => {
        fc.pre(id !== COMMAND);
        expect(ids.has(allocatedId(id, 'consent/0'))).toBe(false);
      }),
    );
    expect(ids.size).toBe(2000);
  });

  it('is never the id of an event', () => {
    fc.assert(
      fc.property(
        where,
        ([id, step, name, index]) => allocatedId(id, name) !== eventId(id, step, name, index),
      ),
    );
  });
});

describe('isUuid', () => {
  it('accepts every version from 1 to 8', () => {
    fc.assert(fc.property(fc.uuid({ version: [1, 2, 3, 4, 5, 6, 7, 8] }), (id) => isUuid(id)));
  });

  it.each([
    ['the nil UUID, which names no person', NIL_UUID],
    ['upper case', COMMAND.toUpperCase()],
    ['braces', `{${COMMAND}}`],
    ['a line end', `${COMMAND}\n`],
    ['a missing digit', COMMAND.slice(1)],
    ['the variant of another family', '6f9619ff-8b86-4d01-c42d-00cf4fc964ff'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(isUuid(text)).toBe(false);
  });
});
