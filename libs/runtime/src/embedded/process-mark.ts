import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Where a pid has a meaning: this boot of this machine, in this pid namespace. Two containers that share a folder
 * both know a pid 1, and after a reboot the old pids belong to strangers.
 */
export function pidPlace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/**
 * What tells this process from every other one that ever had or will have its pid in this place: its start time.
 * `undefined` when no such process lives; one that died and was not collected yet (a zombie) does not live.
 */
export function processMark(pid: number): string | undefined {
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  return process.platform === 'linux' ? linuxMark(pid) : psMark(pid);
}

/** True while the process lives, whoever it is. */
export function isAlive(pid: number): boolean {
  return processMark(pid) !== undefined;
}

function linuxMark(pid: number): string | undefined {
  try {
    // The second field is the program's name in parentheses and may hold anything: count from its end (proc(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    const [state, startTime] = [fields[0], fields[19]];
    return state === 'Z' || state === 'X' ? undefined : startTime;
  } catch {
    return undefined;
  }
}

function psMark(pid: number): string | undefined {
  try {
    const [state = 'Z', ...start] = ps(pid, 'stat=,lstart=').trim().split(/\s+/);
    return state.startsWith('Z') ? undefined : start.join(' ');
  } catch {
    return undefined;
  }
}

/** The process's row of `ps`; throws when there is none. */
export function ps(pid: number, columns: string): string {
  const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
  return execFileSync('ps', ['-ww', '-o', columns, '-p', String(pid)], { encoding: 'utf8', stdio });
}
