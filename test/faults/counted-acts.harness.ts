import type { EventStore } from '#event-store';
import { everythingIn } from '../acceptance/event-store.harness.js';
import type { Answer } from '../acceptance/client.harness.js';
import { eventually } from '../acceptance/server.harness.js';
import type { SentCommand, Writer } from './traffic.harness.js';

/** Streams whose events say what happened; what was sealed for an act, and its keys, stand elsewhere. */
const ACTS = /^(subject|consent)-/;

/** How many events the store holds of each act, by the act's trace. */
export async function countedActs(store: EventStore): Promise<Map<string, number>> {
  const counted = new Map<string, number>();
  for await (const { stream, metadata } of everythingIn(store)) {
    if (!ACTS.test(stream)) continue;
    const { traceparent = '' } = metadata as { traceparent?: string };
    counted.set(traceparent, (counted.get(traceparent) ?? 0) + 1);
  }
  return counted;
}

/** What of the acts that were sent is not there exactly once, and what is there that nobody sent. */
export async function accountsOf(
  store: EventStore,
  sent: readonly SentCommand[],
): Promise<{ wrong: object[]; strange: string[] }> {
  const counted = await countedActs(store);
  const wrong = sent
    .map(({ path, traceparent, acknowledged }) => ({
      path,
      promised: acknowledged?.body.appended as unknown,
      held: counted.get(traceparent) ?? 0,
    }))
    .filter(({ promised, held }) => promised !== held);
  const known = new Set(sent.map(({ traceparent }) => traceparent));
  return { wrong, strange: [...counted.keys()].filter((trace) => !known.has(trace)) };
}

/** Sends an act once more until it is answered; `undefined` if the answer is the one that there was. */
export async function sendAgain(
  writer: Writer,
  command: SentCommand,
  url: string,
): Promise<object | undefined> {
  const before = command.acknowledged;
  const again = await eventually(
    () => writer.send(command, url),
    ({ status }) => status < 300,
  );
  return isSame(before ?? again, again) ? undefined : { first: before?.text, again: again.text };
}

function isSame(one: Answer, other: Answer): boolean {
  return one.status === other.status && JSON.stringify(one.body) === JSON.stringify(other.body);
}
