import { describe, expect, it } from '@jest/globals';
import { readOptions, WrongOption } from './options.js';

describe('the command line of the demo', () => {
  it.each([
    [{}, 'en'],
    [{ LANG: 'fr_FR.UTF-8' }, 'fr'],
    [{ LANG: 'fr_FR.UTF-8', LC_ALL: 'C' }, 'en'],
    [{ LANG: 'C', LC_ALL: '' }, 'en'],
  ])('speaks the language of the terminal: %j is %s', (env, language) => {
    expect(readOptions([], env)).toMatchObject({ contacts: undefined, language, keep: false, help: false });
  });

  it('does as it is told', () => {
    const args = ['--contacts', 'mine.csv', '--lang', 'fr', '--keep'];
    const url = 'esdb://store.example:2113';
    const eraserUrl = 'esdb://eraser@store.example:2113';
    const env = { EVENTSTORE_URL: url, EVENTSTORE_ERASER_URL: eraserUrl };
    expect(readOptions(args, env)).toEqual({
      ...{ contacts: 'mine.csv', language: 'fr', keep: true, help: false },
      eventStoreUrl: url,
      eraserUrl,
    });
    expect(readOptions(args, { EVENTSTORE_URL: '' }).eventStoreUrl).toBeUndefined();
  });

  it.each([[['--lang', 'de']], [['--contact', 'x']], [['mine.csv']], [['--contacts']]])(
    'refuses %j',
    (args) => {
      expect(() => readOptions(args, {})).toThrow(WrongOption);
    },
  );
});
