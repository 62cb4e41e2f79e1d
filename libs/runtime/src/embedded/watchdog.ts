import { spawn } from 'node:child_process';
import { childOptions } from './account.js';
import type { Account } from './account.js';

/**
 * Ends the server when this process dies without a word (`kill -9`, out of memory): a shell waits on a pipe that only
 * we hold. Its end without the line that `dismiss` writes means that we are gone. It ignores the terminal's signals and
 * runs in a session of its own, or Ctrl-C would end it first.
 */
export function watchOver(pid: number, account: Account | undefined): { dismiss(): void } {
  const script = 'trap "" INT TERM HUP; read -r line || kill -INT "$1"';
  const options = { ...childOptions(account), detached: true };
  const child = spawn('/bin/sh', ['-c', script, 'greffe-watch', String(pid)], {
    ...options,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  return { dismiss: () => child.stdin.end('dismissed\n') };
}
