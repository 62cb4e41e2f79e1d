import type { RunnerLog } from '../projection/runner-log.js';
import { LedgerRefused } from './ledger-refused.js';
import { StoreUnusable } from './store-watch.js';
import { isTooManyConnections, TOO_MANY_CONNECTIONS } from './too-many-connections.js';

/**
 * What is told of failed attempts to open a ledger: each kind of failure of a step once, not at every attempt, and a
 * refusal with its explanation. {@link StoreUnusable} was told where its cause was found.
 */
export function openingTrouble(log: RunnerLog): (step: string, error: unknown) => void {
  let told = '';
  return (step, error) => {
    const { name } = error as Error;
    const problem = isTooManyConnections(error) ? TOO_MANY_CONNECTIONS : name;
    if (error instanceof LedgerRefused) log.error({ problem: error.reason }, error.message);
    else if (!(error instanceof StoreUnusable) && told !== `${step}: ${problem}`) {
      told = `${step}: ${problem}`;
      log.warn({ step, problem }, 'the ledger is not open yet');
    }
  };
}
