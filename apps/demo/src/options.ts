import { parseArgs } from 'node:util';

/** Languages that the demo speaks. */
export type DemoLanguage = 'fr' | 'en';

/** What the person who starts the demo chose. */
export interface DemoOptions {
  /** A CRM export of their own; `undefined`: the one of the repository. */
  readonly contacts: string | undefined;
  readonly language: DemoLanguage;
  /** Leave the folder in place at the end. */
  readonly keep: boolean;
  readonly help: boolean;
  /** EventStoreDB for the events of the demo; `undefined`: the embedded default. Taken from `EVENTSTORE_URL`. */
  readonly eventStoreUrl: string | undefined;
  /** With what credentials to erase there, if others. */
  readonly eraserUrl: string | undefined;
}

/** A mistake on the command line; its message says what is allowed. */
export class WrongOption extends Error {
  override readonly name = 'WrongOption';
}

/** What can stand on the command line. */
export const USAGE = `npm run demo -- [--contacts file.csv] [--lang fr|en] [--keep]

  --contacts  contacts exported from a CRM, in HubSpot's column layout (default: the 500 of the repository)
  --lang      fr or en (default: LANG of your terminal)
  --keep      leave the folder with the ledger in place

With EVENTSTORE_URL set (and EVENTSTORE_ERASER_URL), the events go to that EventStoreDB, which must be empty and keeps them.
`;

/** Reads the command line. Throws {@link WrongOption}. */
export function readOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): DemoOptions {
  const { contacts, lang, keep, help } = parsed(args);
  if (lang !== undefined && lang !== 'fr' && lang !== 'en')
    throw new WrongOption(`--lang is fr or en, not ${lang}`);
  const urlIn = (name: string) => (env[name] === '' ? undefined : env[name]);
  const eventStoreUrl = urlIn('EVENTSTORE_URL');
  const eraserUrl = urlIn('EVENTSTORE_ERASER_URL');
  return { contacts, language: lang ?? terminalLanguage(env), keep, help, eventStoreUrl, eraserUrl };
}

function parsed(args: readonly string[]) {
  const options = {
    contacts: { type: 'string' },
    lang: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    throw new WrongOption((error as Error).message, { cause: error });
  }
}

/** POSIX: LC_ALL goes before LC_MESSAGES, which goes before LANG. */
function terminalLanguage(env: Readonly<Record<string, string | undefined>>): DemoLanguage {
  const named = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => (value ?? '') !== '') ?? '';
  return named.toLowerCase().startsWith('fr') ? 'fr' : 'en';
}
