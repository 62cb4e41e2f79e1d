import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Clock ticks per second in `/proc`, on every Linux that Node runs on. */
const TICKS = 100;

/** Where the processors' time went: in cores, of all that the machine has. */
export interface CoresUsed {
  readonly machine: number;
  readonly servers: number;
  readonly client: number;
  readonly of: number;
}

/** Measures what a piece of work costs the machine, these processes and this one, in cores kept busy. */
export async function coresUsed(pids: readonly number[], work: () => Promise<unknown>): Promise<CoresUsed> {
  const [begun, busy, servers, client] = [
    performance.now(),
    busySeconds(),
    secondsOf(pids),
    process.cpuUsage(),
  ];
  await work();
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(client);
  return {
    machine: (busySeconds() - busy) / seconds,
    servers: (secondsOf(pids) - servers) / seconds,
    client: (user + system) / 1e6 / seconds,
    of: cpus().length,
  };
}

/** In words: what is used up, and by whom. */
export function causeOf({ machine, servers, client, of }: CoresUsed): string {
  const rest = Math.max(machine - servers - client, 0);
  const share = `${machine.toFixed(1)} of ${String(of)} cores busy (servers ${servers.toFixed(1)}, client ${client.toFixed(1)}, databases and the rest ${rest.toFixed(1)})`;
  return machine > 0.9 * of
    ? `${share}: the machine is full, so more processes only share it out.`
    : `${share}: not the processors limit it, but what is waited for: commits, and the one lock of the log's order.`;
}

function busySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}

function secondsOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + ticksOf(pid) / TICKS, 0);
}

/** User and system time: the 14th and 15th field of `/proc/<pid>/stat`, counted behind the name (proc(5)). */
function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${String(pid)}/stat`, 'latin1')
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
