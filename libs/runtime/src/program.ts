import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Program and version as `metadata.src` of every event names them: `greffe/<version>`. */
export const PROGRAM = `greffe/${versionOf(dirname(fileURLToPath(import.meta.url)))}`;

/** The version in the nearest `package.json` above, because sources and build lie at different depths. */
function versionOf(folder: string): string {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return version;
  } catch {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('The program does not find its package.json');
    return versionOf(parent);
  }
}
