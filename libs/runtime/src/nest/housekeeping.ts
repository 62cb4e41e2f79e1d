import { Inject, Injectable } from '@nestjs/common';
import type { KeyStore } from '#subject-keys';
import { CommandLog } from '../command/command-log.js';
import { KeyDeclaration } from '../personal/key-declaration.js';
import type { RecurringWork } from '../schedule/recurring.js';
import { KEY_STORE } from './tokens.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * What nobody asks for and must be done: the primary's clock is read, rows of the command log and their keys go after seven days, keys that a dead
 * process left pending are finished. Several processes may do it at once.
 */
@Injectable()
export class Housekeeping {
  constructor(
    private readonly commandLog: CommandLog,
    private readonly declaration: KeyDeclaration,
    @Inject(KEY_STORE) private readonly keyStore: Pick<KeyStore, 'daily'>,
  ) {}

  /** All of it, for whoever keeps it going once the ledger is open. */
  works(): readonly RecurringWork[] {
    const { commandLog, declaration, keyStore } = this;
    return [
      { name: 'clock', everyMs: MINUTE_MS, run: () => commandLog.readClock().then(() => 1) },
      { name: 'pending keys', everyMs: MINUTE_MS, run: () => declaration.finishPending() },
      { name: 'command log', everyMs: HOUR_MS, run: () => commandLog.purge() },
      { name: 'daily keys', everyMs: HOUR_MS, run: async () => (await keyStore.daily.purge()).length },
    ];
  }
}
