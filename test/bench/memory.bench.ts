import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { PostgresEventStore } from '#event-store';
import { settled, tokenOf } from './api.js';
import { benchDatabases, launch, type Launched } from './bench-server.js';
import { appendPeople } from './history.js';
import { line, report, summary } from './rounds.js';

const EVENTS_PER_PERSON = 6;
const PEOPLE = Math.ceil(Number(process.env['GREFFE_BENCH_EVENTS'] ?? 1_000_000) / EVENTS_PER_PERSON);
const IDLE_SECONDS = 60;
const APPENDS_IN_FLIGHT = 64;
const MB = 1024;

/** m: resident memory of the whole server, idle and while every follower of the log takes in a long history. */
export async function benchMemory(): Promise<void> {
  const databases = await benchDatabases();
  const idle = launch('greffe', databases);
  await idle.ready;
  const idling = await sampled(idle, pause(IDLE_SECONDS * 1000));
  await idle.stop();
  const store = new PostgresEventStore({ connectionString: databases.urls.databaseUrl });
  await appendPeople(store, PEOPLE, APPENDS_IN_FLIGHT);
  await store.shutdown();
  const follower = launch('greffe', databases);
  const begun = performance.now();
  const following = await sampled(follower, caughtUp(follower));
  const seconds = (performance.now() - begun) / 1000;
  const events = PEOPLE * EVENTS_PER_PERSON;
  const third = (n: number) => following.slice((following.length * n) / 3, (following.length * (n + 1)) / 3);
  report(
    `m · resident memory, ${String(events)} events`,
    [
      line(`idle, ${String(IDLE_SECONDS)} s`, summary(idling), 'MB'),
      line('following, first third', summary(third(0)), 'MB'),
      line('following, last third', summary(third(2)), 'MB'),
      line('following, peak ever', summary([await peakOf(follower)]), 'MB'),
    ],
    `Goals: idle < 200 MB, following < 300 MB. All read models and the audit copy took ${seconds.toFixed(0)} s.`,
  );
  await follower.stop();
  await databases.stop();
}

async function caughtUp({ ready }: Launched): Promise<void> {
  const { url } = await ready;
  await settled(url, await tokenOf(url, 'dpo'));
}

/** Resident memory of a process in MB, four times a second until something is over. */
async function sampled(target: Launched, over: Promise<unknown>): Promise<number[]> {
  const samples: number[] = [];
  let isOver = false;
  const done = over.then(() => (isOver = true));
  while (!isOver) {
    samples.push(await statusOf(target, 'VmRSS'));
    await pause(250);
  }
  await done;
  return samples;
}

const peakOf = (target: Launched): Promise<number> => statusOf(target, 'VmHWM');

async function statusOf({ pid }: Launched, key: string): Promise<number> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return Number(new RegExp(`${key}:\\s+(\\d+) kB`).exec(status)?.[1] ?? Number.NaN) / MB;
}
