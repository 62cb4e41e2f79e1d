import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSession } from './api.js';
import { assertEmpty, StoreInUse } from './event-store.js';
import { Narrator } from './narrator.js';
import { readOptions, USAGE, WrongOption, type DemoOptions } from './options.js';
import { play } from './play/play.js';
import { startServerProcess } from './server-process.js';
import { en } from './texts/en.js';
import { fr } from './texts/fr.js';

// Who stops reading does not stop the clearing up.
process.stdout.on('error', () => undefined);

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.help) process.stdout.write(USAGE);
  else await demonstrate(options);
} catch (error) {
  process.stderr.write(`${explained(error)}\n`);
  process.exitCode = 1;
}

function explained(error: unknown): string {
  if (error instanceof WrongOption) return `${error.message}\n\n${USAGE}`;
  return error instanceof StoreInUse ? error.message : String(error);
}

/** Starts a server in a folder of its own, plays the story against it, and clears up. Throws what went wrong. */
async function demonstrate(options: DemoOptions): Promise<void> {
  const begun = Date.now();
  const { language, keep, eventStoreUrl, eraserUrl } = options;
  const texts = language === 'fr' ? fr : en;
  const narrator = new Narrator(process.stdout);
  narrator.title(texts.start.title);
  narrator.say(texts.start.about);
  const home = await mkdtemp(join(tmpdir(), 'greffe-demo-'));
  // The embedded PostgreSQL may run as a user of its own, who must be able to come this far.
  await chmod(home, 0o711);
  try {
    if (eventStoreUrl !== undefined) await assertEmpty(eventStoreUrl, texts.start.storeInUse);
    const server = await startServerProcess(home, { eventStoreUrl, eraserUrl });
    try {
      narrator.say(texts.start.ready(server.url, home));
      if (eventStoreUrl !== undefined) narrator.say(texts.start.inEventStoreDb);
      const [service, operator, dpo, auditor, analyst] = await Promise.all(
        (['service', 'operator', 'dpo', 'auditor', 'analyst'] as const).map((role) =>
          openSession(server.url, language, role),
        ),
      );
      if (!service || !operator || !dpo || !auditor || !analyst) throw new Error('A role has no session');
      await play({ options, language, texts, narrator, home, service, operator, dpo, auditor, analyst });
    } finally {
      await server.stop();
    }
  } finally {
    if (!keep) await rm(home, { recursive: true, force: true });
  }
  narrator.chapterEnd();
  narrator.say(texts.end.done(Math.round((Date.now() - begun) / 1000)));
  narrator.say(keep ? texts.end.kept(home) : texts.end.deleted);
  narrator.say(texts.end.next);
}
