import { describe, expect, it } from '@jest/globals';
import { NotEquals } from 'class-validator';
import fc from 'fast-check';
import { Personal, assertJson, canonicalJson } from '#kernel';
import { Problem } from '../problems/problem.js';
import { exampleOf } from './example.js';
import {
  ArrayField,
  BoolField,
  DayField,
  EnumField,
  InstantField,
  IntField,
  NestedField,
  PersonalField,
  Sha256Field,
  SlugField,
  TextField,
  UuidField,
} from './fields.js';
import { faultDetail, MAX_FAULTS, type Fault } from './faults.js';
import { faultTexts } from './fault-texts.js';
import { oneOf, uuid } from './text-shapes.js';
import { validate } from './validate.js';

// Goal: a request's shape is judged member by member, every fault is named with its place and rule, and no answer ever
// repeats what was sent. Method: one class with every kind of field, single faults by table, random garbage by property.

const ID = '3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d';

class Choice {
  @UuidField({ or: ['all'] })
  purposeId!: string;

  @ArrayField(oneOf(['email', 'post']), { min: 1, unique: true })
  channels!: string[];
}

class Base {
  @UuidField({ optional: true })
  actId?: string;
}

class Everything extends Base {
  @EnumField(['yes', 'no'])
  answer!: string;

  @TextField({ max: 10 })
  title!: string;

  @TextField({ max: 10, pattern: /^v\d+$/, meaning: 'v and a number', optional: true })
  version?: string;

  @SlugField({ optional: true })
  slug?: string;

  @InstantField({ notFuture: true, optional: true })
  occurredAt?: string;

  @DayField({ optional: true })
  until?: string;

  @IntField({ min: 1, max: 3, fallback: 2 })
  count!: number;

  @BoolField({ optional: true })
  dryRun?: boolean;

  @Sha256Field({ optional: true })
  sha256?: string;

  @PersonalField({ max: 20, optional: true })
  email?: Personal<string>;

  @NestedField(() => Choice, { optional: true })
  choice?: Choice;

  @NestedField(() => Choice, { array: true, max: 2, optional: true })
  choices?: Choice[];

  @ArrayField(uuid(), { or: ['all'], optional: true })
  ids?: string[] | 'all';
}

const good = { answer: 'yes', title: 'Lettre' };

function faultsOf(value: unknown, wire: 'json' | 'text' = 'json'): readonly Fault[] {
  try {
    validate(Everything, value, wire);
    return [];
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid-request') return error.details.faults ?? [];
    throw error;
  }
}

describe('a body with declared fields', () => {
  it('is taken with its values as the ledger keeps them', () => {
    const occurredAt = '2026-01-15T10:30:00.5+01:00';
    expect(validate(Everything, { ...good, occurredAt, until: '2028-02-29', ids: 'all' }, 'json')).toEqual({
      ...good,
      count: 2,
      occurredAt: '2026-01-15T09:30:00.500Z',
      until: '2028-02-29',
      ids: 'all',
    });
  });

  it('becomes plain objects without absent members, so that it can stand in an event', () => {
    const checked = validate(
      Everything,
      { ...good, choice: { purposeId: 'all', channels: ['email'] } },
      'json',
    );
    expect(Object.keys(checked).sort()).toEqual(['answer', 'choice', 'count', 'title']);
    assertJson(checked);
  });

  it('hands a personal value on wrapped', () => {
    const { email } = validate(Everything, { ...good, email: 'a@client.example' }, 'json');
    expect(email).toBeInstanceOf(Personal);
    expect(email?.reveal()).toBe('a@client.example');
  });

  it.each<[string, object, string, string]>([
    ['a missing member', { title: 'x' }, '/answer', 'missing'],
    ['null for absent', { ...good, actId: null }, '/actId', 'wrong-type'],
    ['an unknown member', { ...good, colour: 1 }, '/colour', 'unknown-member'],
    ['a code of another list', { ...good, answer: 'maybe' }, '/answer', 'not-one-of'],
    ['an upper-case UUID', { ...good, actId: ID.toUpperCase() }, '/actId', 'not-a-uuid'],
    ['a blank text', { ...good, title: ' \n' }, '/title', 'blank'],
    ['a long text', { ...good, title: 'x'.repeat(11) }, '/title', 'too-long'],
    ['a text of another form', { ...good, version: '1' }, '/version', 'not-a-match'],
    ['a slug with capitals', { ...good, slug: 'News' }, '/slug', 'not-a-slug'],
    ['a slug that is too long', { ...good, slug: 'x'.repeat(65) }, '/slug', 'not-a-slug'],
    [
      'an instant without zone',
      { ...good, occurredAt: '2026-01-15T10:30:00' },
      '/occurredAt',
      'not-an-instant',
    ],
    ['30 February', { ...good, occurredAt: '2026-02-30T10:30:00Z' }, '/occurredAt', 'not-an-instant'],
    ['hour 24', { ...good, occurredAt: '2026-02-20T24:00:00Z' }, '/occurredAt', 'not-an-instant'],
    [
      'a zone that does not exist',
      { ...good, occurredAt: '2026-02-20T10:00:00+99:00' },
      '/occurredAt',
      'not-an-instant',
    ],
    [
      'a year that nobody keeps',
      { ...good, occurredAt: '0000-01-01T00:00:00Z' },
      '/occurredAt',
      'not-an-instant',
    ],
    [
      'a year before the first in UTC',
      { ...good, occurredAt: '0001-01-01T00:00:00+14:00' },
      '/occurredAt',
      'not-an-instant',
    ],
    [
      'a year after the last in UTC',
      { ...good, occurredAt: '9999-12-31T23:59:59-14:00' },
      '/occurredAt',
      'not-an-instant',
    ],
    ['the future', { ...good, occurredAt: '9999-01-01T00:00:00Z' }, '/occurredAt', 'occurred-in-the-future'],
    ['29 February of a common year', { ...good, until: '2027-02-29' }, '/until', 'not-a-day'],
    ['an instant as a day', { ...good, until: '2026-01-15T00:00:00Z' }, '/until', 'not-a-day'],
    ['a fraction', { ...good, count: 1.5 }, '/count', 'not-an-integer'],
    ['a number as text', { ...good, count: '2' }, '/count', 'not-an-integer'],
    ['a small number', { ...good, count: 0 }, '/count', 'too-small'],
    ['a large number', { ...good, count: 4 }, '/count', 'too-large'],
    ['a text for a truth value', { ...good, dryRun: 'true' }, '/dryRun', 'wrong-type'],
    ['a short hash', { ...good, sha256: 'abc' }, '/sha256', 'not-a-sha256'],
    ['a long personal value', { ...good, email: 'x'.repeat(21) }, '/email', 'too-long'],
    ['a list for an object', { ...good, choice: [] }, '/choice', 'wrong-type'],
    ['an object for a list', { ...good, choices: {} }, '/choices', 'wrong-type'],
    ['too many items', { ...good, choices: [1, 2, 3] }, '/choices', 'too-many'],
    ['an empty list', { ...good, choice: { purposeId: ID, channels: [] } }, '/choice/channels', 'too-few'],
    [
      'an item twice',
      { ...good, choices: [{ purposeId: ID, channels: ['post', 'post'] }] },
      '/choices/0/channels/1',
      'not-unique',
    ],
    [
      'a fault deep inside',
      { ...good, choices: [{ purposeId: 'all', channels: ['email', 'fax'] }] },
      '/choices/0/channels/1',
      'not-one-of',
    ],
    ['a list for an item that is an object', { ...good, choices: [[]] }, '/choices/0', 'wrong-type'],
    ['nothing for an item', { ...good, choices: [null] }, '/choices/0', 'wrong-type'],
    ['a name that every object has', { ...good, toString: 1 }, '/toString', 'unknown-member'],
    ['nothing for a required member', { ...good, title: null }, '/title', 'missing'],
    ['a number beyond all integers', { ...good, count: 1e300 }, '/count', 'too-large'],
    ['another word than the fixed one', { ...good, ids: 'some' }, '/ids', 'wrong-type'],
  ])('%s is refused at its place', (_, body, pointer, code) => {
    expect(faultsOf(body).map((fault) => [fault.pointer, fault.code])).toEqual([[pointer, code]]);
  });

  it.each([[null], ['text'], [7], [[]], [true]])('%p is no body', (value) => {
    expect(faultsOf(value)).toEqual([{ pointer: '', code: 'wrong-type', rule: { accepted: ['object'] } }]);
  });

  it('names every fault at once', () => {
    const faults = faultsOf({ title: '', count: 9, choice: { channels: ['fax'] }, more: 1 });
    expect(faults.map(({ pointer }) => pointer).sort()).toEqual(
      ['/answer', '/choice/channels/0', '/choice/purposeId', '/count', '/more', '/title'].sort(),
    );
  });

  it('names every item that is wrong', () => {
    const choice = { purposeId: ID, channels: ['fax', 'email', 'pigeon'] };
    expect(faultsOf({ ...good, choices: [7, choice] }).map(({ pointer }) => pointer)).toEqual([
      '/choices/0',
      '/choices/1/channels/0',
      '/choices/1/channels/2',
    ]);
  });

  it('is held to decorators of class-validator beside the declared field', () => {
    class Strict {
      @SlugField()
      @NotEquals('default')
      code!: string;
    }
    expect(validate(Strict, { code: 'spring' }, 'json')).toEqual({ code: 'spring' });
    expect(() => validate(Strict, { code: 'default' }, 'json')).toThrow(Problem);
  });

  it('lists no more faults than a reader can use', () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`m${String(i)}`, 1]));
    expect(faultsOf({ ...good, ...many })).toHaveLength(MAX_FAULTS);
  });

  it('does not repeat a value that was sent as a name', () => {
    const [fault] = faultsOf({ ...good, 'camille@client.example': 1 });
    expect(fault).toEqual({ pointer: '', code: 'unknown-member' });
  });

  it('does not take a member from a prototype', () => {
    const inherited = Object.create({ answer: 'yes' }) as Record<string, unknown>;
    expect(faultsOf(Object.assign(inherited, { title: 'x' })).map(({ code }) => code)).toEqual(['missing']);
  });

  it('either takes a value unaltered or says where it is wrong, whatever is sent', () => {
    const anything = fc.record(
      { answer: fc.anything(), title: fc.anything(), choices: fc.anything() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anything, (value) => {
        const faults = faultsOf(value);
        if (faults.length > 0) return;
        expect(canonicalJson(validate(Everything, value, 'json'))).toContain('"answer"');
      }),
    );
  });
});

describe('a query with declared fields', () => {
  it('is read from text', () => {
    const query = { ...good, count: '3', dryRun: 'false', ids: ID };
    expect(validate(Everything, query, 'text')).toEqual({ ...good, count: 3, dryRun: false, ids: [ID] });
  });

  it.each(['1.0', '1e1', '+1', ' 1', '01', '0x1', '99999999999999999999'])(
    '%p is no whole number there',
    (count) => {
      expect(faultsOf({ ...good, count }, 'text').map(({ code }) => code)).toEqual(['not-an-integer']);
    },
  );
});

describe('the example of a class', () => {
  it('is acceptable, and holds the required members', () => {
    const example = exampleOf(Everything);
    expect(Object.keys(example)).toEqual(['answer', 'title']);
    validate(Everything, { ...example, title: 'x' }, 'json');
    validate(Choice, exampleOf(Choice), 'json');
  });
});

describe('the sentence of a fault', () => {
  it('mentions the rule in both languages', () => {
    const fault: Fault = { pointer: '/x', code: 'too-long', rule: { limit: 10 } };
    expect(faultDetail(fault, 'fr')).toBe('Au plus 10 caractères.');
    expect(faultDetail(fault, 'en')).toBe('At most 10 characters.');
  });

  it('has the same placeholders in both languages', () => {
    for (const { fr, en } of Object.values(faultTexts)) {
      expect(fr.match(/\{\w+\}/g) ?? []).toEqual(en.match(/\{\w+\}/g) ?? []);
    }
  });
});
