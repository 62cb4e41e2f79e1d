import { readFile, writeFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { consentEvents } from '#consent/contract';
import { permissionEvents } from '#permission/contract';
import { registerEvents } from '#register/contract';
import { rightsEvents } from '#rights/contract';
import { ledgerEvents } from '#runtime/contract';
import { decisionEvents, solicitationEvents } from '#solicitation/contract';
import { subjectEvents } from '#subjects/contract';
import { eventsReference } from '../tooling/events-reference.js';

/** Goal: `apps/docs/events.md` lists every event type as it is. `npm run docs:events` writes it. */
const FILE = 'apps/docs/events.md';
const MARK = '<!-- From here on written by `npm run docs:events`. -->';

it('apps/docs/events.md holds the reference of every event type', async () => {
  const definitions = [
    ledgerEvents,
    subjectEvents,
    consentEvents,
    rightsEvents,
    registerEvents,
    solicitationEvents,
    decisionEvents,
    permissionEvents,
  ].flatMap((context) => context.definitions);
  const text = await readFile(FILE, 'utf8');
  const written = text.slice(0, text.indexOf(MARK));
  const expected = `${written}${MARK}\n\n${eventsReference(definitions)}\n`;
  if (process.env['GREFFE_WRITE_DOCS'] === '1') await writeFile(FILE, expected);
  else expect(text).toBe(expected);
});
