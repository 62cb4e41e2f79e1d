import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEventsServer, type EventsServer } from '#testing';
import { countIn } from './event-store.harness.js';
import { buildServer, type BuiltServer } from '../faults/server-process.harness.js';

// The demonstration is what a newcomer sees first. It tells the same story with its acts in EventStoreDB, and leaves a
// store alone that is in use. (On the embedded default CI runs it as a newcomer does.)

let built: BuiltServer;
let events: EventsServer;
let contacts: string;
beforeAll(async () => {
  [built, events] = await Promise.all([buildServer(), startEventsServer()]);
  const file = await readFile(new URL('../fixtures/crm-export.csv', import.meta.url), 'utf8');
  contacts = join(built.folder, 'contacts.csv');
  await writeFile(contacts, file.split('\n').slice(0, 80).join('\n'));
});
afterAll(() => Promise.all([built.remove(), events.stop()]));

const demo = async (language: string) => {
  const main = join(built.folder, 'dist/apps/demo/src/main.js');
  const { PATH = '' } = process.env;
  const env = { PATH, EVENTSTORE_URL: events.connectionString };
  return promisify(execFile)(process.execPath, [main, '--contacts', contacts, '--lang', language], { env });
};

describe('the demo on EventStoreDB', () => {
  it('tells the whole story, and its acts are in the store', async () => {
    const { stdout, stderr } = await demo('en');
    expect(stderr).toBe('');
    expect(stdout).toContain('The acts go to the EventStoreDB');
    expect(await countIn(events)).toBeGreaterThan(100);
    expect(stdout).toContain('May the newsletter be sent? Yes: consent.');
    expect(stdout).toContain('An answer is recorded already');
    expect(stdout).toContain('unreadable everywhere at once');
    expect(stdout).toContain('The erasure is completed.');
  });

  it('leaves a store alone that holds a ledger', async () => {
    const before = await countIn(events);
    await expect(demo('fr')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('contient déjà un registre'),
    });
    expect(await countIn(events)).toBe(before);
  });
});
