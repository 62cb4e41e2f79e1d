import { ConfigInvalid, examine, languageOf, lineOf, readConfig } from '#runtime';

/** `npm run doctor`: one line per check, in French or English by the locale; exit code 1 if something must be mended. */
async function main(): Promise<number> {
  const language = languageOf(process.env);
  let isBroken = false;
  for await (const finding of examine(readConfig(process.env))) {
    isBroken ||= finding.verdict === 'broken';
    process.stdout.write(`${lineOf(finding, language)}\n`);
  }
  return isBroken ? 1 : 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const text = error instanceof ConfigInvalid ? error.message : String((error as Error).stack);
    process.stderr.write(`${text}\n`);
    process.exit(1);
  },
);
