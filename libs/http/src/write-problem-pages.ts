import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemIndexMarkdown, problemMarkdown, problemSlugs } from './problem-pages.js';

/** Writes the pages of all problems into a folder: `node dist/libs/http/src/write-problem-pages.js apps/docs/problems`. */
const folder = process.argv[2];
if (folder === undefined) throw new Error('Name the folder to write to.');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'README.md'), problemIndexMarkdown());
for (const code of problemSlugs) writeFileSync(join(folder, `${code}.md`), problemMarkdown(code));
process.stdout.write(`${String(problemSlugs.length)} problem pages written to ${folder}\n`);
