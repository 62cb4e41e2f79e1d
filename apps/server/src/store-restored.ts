import { parseArgs } from 'node:util';
import { isUuid } from '#kernel';
import {
  ConfigInvalid,
  EmbeddedPostgresFailed,
  HomeInUse,
  languageOf,
  LedgerRefused,
  readConfig,
  restorationCauses,
  StoreChangedMeanwhile,
} from '#runtime';
import { storeRestored, type RestoredOptions } from './restored-store.js';

/**
 * `npm run store:restored`: shows what an event store that was put back to an older state lacks, and with
 * `--accept-loss <n>` accepts it. With Greffe stopped; in French or English by the locale. Exit code 1 while something
 * is to be decided.
 */
const EXPLAINED = [
  ConfigInvalid,
  HomeInUse,
  EmbeddedPostgresFailed,
  LedgerRefused,
  StoreChangedMeanwhile,
  RangeError,
];

/** What the arguments say. Throws `RangeError`, and what `parseArgs` throws for an unknown one. */
function optionsOf(args: readonly string[]): Omit<RestoredOptions, 'language' | 'say'> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { 'accept-loss': text, cause: text, reference: text, operator: text },
  });
  const { cause: given, reference, operator: operatorId, 'accept-loss': loss } = values;
  if (loss !== undefined && !/^\d{1,15}$/.test(loss)) throw new RangeError('--accept-loss takes a number');
  const cause = restorationCauses.find((one) => one === given);
  if (loss !== undefined && cause === undefined)
    throw new RangeError(`--cause takes one of ${restorationCauses.join(', ')}`);
  if (reference !== undefined && !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(reference))
    throw new RangeError('--reference takes a short code: a-z, 0-9 and hyphens');
  if (operatorId !== undefined && !isUuid(operatorId))
    throw new RangeError('--operator takes the actor id of the operator, a UUID');
  return {
    acceptLoss: loss === undefined ? undefined : Number(loss),
    cause: cause ?? 'other',
    reference,
    operatorId,
  };
}

async function main(): Promise<number> {
  return storeRestored(readConfig(process.env), {
    ...optionsOf(process.argv.slice(2)),
    language: languageOf(process.env),
    say: (line) => process.stdout.write(`${line}\n`),
  });
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    const { code } = error as { code?: unknown };
    const isExplained =
      EXPLAINED.some((kind) => error instanceof kind) || String(code).startsWith('ERR_PARSE_ARGS');
    process.stderr.write(`${isExplained ? (error as Error).message : String((error as Error).stack)}\n`);
    process.exit(1);
  },
);
