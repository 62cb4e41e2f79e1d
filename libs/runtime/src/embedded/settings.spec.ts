import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { promisedSettings, silentSettings } from './settings.js';

it('the compose file gives its PostgreSQL the same silence, since personal data passes through it too', () => {
  const compose = readFileSync(new URL('../../../../docker-compose.yml', import.meta.url), 'utf8');
  for (const [name, value] of Object.entries(silentSettings))
    expect(compose).toContain(`- ${name}=${value}\n`);
  expect(compose).not.toMatch(/fsync=off|synchronous_commit=off|full_page_writes=off/);
});

it('what is acknowledged is on disk', () => {
  expect(promisedSettings).toMatchObject({ fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' });
});
