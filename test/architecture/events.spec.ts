import { describe, expect, it } from '@jest/globals';
import { everySchema, ownedEvents } from './catalogue.js';
import { textOf } from './source-tree.js';

// Goal: what is stored for ever is named, shaped and documented by the rules before the first event is stored.
// Method: every contract is loaded, so a new event type meets these rules without being listed here.

const owned = await ownedEvents();
const events = owned.flatMap(({ lib, definitions }) =>
  definitions.map((definition) => ({ lib, ...definition })),
);

/** Streams of the organisation's own texts: free text is allowed there, behind the detector of personal data. */
const GOVERNANCE = [
  'controller',
  'purpose',
  'notice',
  'form',
  'activity',
  'processor',
  'recipient',
  'breach',
  'notary',
  'ledger',
];

const IRREGULAR = [
  'Given',
  'Withdrawn',
  'Taken',
  'Told',
  'Sent',
  'Kept',
  'Lost',
  'Held',
  'Made',
  'Known',
  'Set',
];
const PARTICIPLE = new RegExp(`^[A-Z][A-Za-z]*(ed|${IRREGULAR.join('|')})(Up|Out)?$`);

/** Words of the glossary's last column: what we do not say, and the machine's words for what people do. */
const NOT_SAID =
  /Event$|User|Customer|Client|Unsubscri|Opt(ed)?(In|Out)|Dsar|Ticket|Expiry|Ttl|Incident|Leak|Pii|Updated|Deleted|Changed|Modified|Inserted|Saved/;

/** Names that a word of the rule above would hit although they mean what they say. */
const CREATED = ['SubjectKeyCreated'];

const named = (found: readonly { type: string }[]): string[] => found.map(({ type }) => type);

describe('event types', () => {
  it('are declared by every context that has facts', () => {
    const libs = owned.map(({ lib }) => lib);
    expect(libs).toEqual(
      expect.arrayContaining(['runtime', 'subjects', 'consent', 'rights', 'register', 'solicitation']),
    );
    expect(events.length).toBeGreaterThan(30);
  });

  it('are told apart by their name alone', () => {
    expect(new Set(named(events)).size).toBe(events.length);
  });

  it('name a thing that happened, in the past tense', () => {
    expect(named(events).filter((type) => !PARTICIPLE.test(type))).toEqual([]);
  });

  it('speak the language of the glossary', () => {
    expect(named(events).filter((type) => NOT_SAID.test(type))).toEqual([]);
    expect(named(events).filter((type) => type.endsWith('Created') && !CREATED.includes(type))).toEqual([]);
  });

  it('say what they mean, in sentences', () => {
    expect(named(events.filter(({ meaning }) => !/^[A-Z].{15,}\.$/.test(meaning)))).toEqual([]);
  });

  it('belong to the context of their lib, and each category of streams to one context', () => {
    for (const { lib, context, definitions } of owned) {
      expect(context).toBe(lib === 'runtime' ? 'ledger' : lib);
      expect(definitions.every((definition) => definition.context === context)).toBe(true);
    }
    const categories = new Map(events.map(({ category, context }) => [category, context]));
    expect(events.filter(({ category, context }) => categories.get(category) !== context)).toEqual([]);
    expect([...categories.keys()].filter((category) => !/^[a-z]+$/.test(category))).toEqual([]);
  });

  it('count their versions from 1', () => {
    expect(named(events.filter(({ version }) => !Number.isInteger(version) || version < 1))).toEqual([]);
  });
});

describe('event data', () => {
  const schemas = events.flatMap((event) =>
    everySchema(event.schema).map(({ path, schema }) => ({ event, place: `${event.type}${path}`, schema })),
  );

  it('has no unknown member: what is not declared cannot be stored', () => {
    const open = schemas.filter(
      ({ schema }) => schema['type'] === 'object' && schema['additionalProperties'] !== false,
    );
    expect(open.map(({ place }) => place)).toEqual([]);
  });

  it('has no number that canonical JSON refuses', () => {
    const numbers = schemas.filter(({ schema }) => schema['type'] === 'number');
    const loose = numbers.filter(({ schema }) => !Number.isSafeInteger(schema['const']));
    expect(loose.map(({ place }) => place)).toEqual([]);
  });

  it('has no free text about a person: every text is a code, or has a shape', () => {
    const free = schemas.filter(({ event, schema }) => {
      const isText =
        schema['type'] === 'string' && schema['enum'] === undefined && schema['const'] === undefined;
      return isText && schema['pattern'] === undefined && !GOVERNANCE.includes(event.category);
    });
    expect(free.map(({ place }) => place)).toEqual([]);
  });

  it('has no member named after a personal value', () => {
    const personal =
      /(^|\/)(email|phone|firstName|lastName|surname|birthDate|ip|ipAddress|userAgent|iban|nir)$/i;
    expect(schemas.map(({ place }) => place).filter((place) => personal.test(place))).toEqual([]);
  });

  it('seals personal values in personal streams only', () => {
    const sealed = schemas.filter(({ place }) => place.endsWith('/$pd')).map(({ event }) => event);
    expect(sealed.length).toBeGreaterThan(0);
    expect(named(sealed)).toEqual(named(events.filter(({ category }) => category === 'personal')));
  });
});

describe('the reference of event types', () => {
  const headings = textOf('apps/docs/events.md').match(/^### .+$/gm) ?? [];

  it('has one heading per event type, and none besides', () => {
    const types = headings.map((heading) => heading.slice('### '.length).trim());
    expect([...types].sort()).toEqual(named(events).sort());
  });
});
