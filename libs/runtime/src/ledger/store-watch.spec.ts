import { describe, expect, it } from '@jest/globals';
import { AccessDenied, Unavailable, type StoreFindings } from '#event-store';
import { StoreUnusable, StoreWatch } from './store-watch.js';

// Goal: the cause is known, told once, and asking for it waits for nothing. Method: findings that change, a clock that
// is set, an examination that hangs.

const well: StoreFindings = { isInsecure: false, nodes: [{ node: 'one', version: '24.10.0' }] };
const unheard: StoreFindings = {
  isInsecure: false,
  nodes: [{ node: 'one', problem: 'x', fault: 'nobody-listening' }],
};
const user = { login: 'u', groups: [], readsAll: true, appends: false, closes: false, scavenges: false };
const mute: StoreFindings = { ...well, user };
const away = new Unavailable('notWritten');

/** A watch over a store whose state is set by hand. */
function watchOf(findings: StoreFindings, failure?: Error) {
  const state = { findings, failure, now: 0, looks: 0, hangs: false };
  const told: string[] = [];
  const note = (fields: object, text: string) =>
    void told.push((fields as { problem?: string }).problem ?? text);
  const watch = new StoreWatch({
    store: { ping: () => (state.failure ? Promise.reject(state.failure) : Promise.resolve()) },
    examine: () => {
      state.looks += 1;
      return state.hangs ? new Promise(() => undefined) : Promise.resolve(state.findings);
    },
    log: { info: note, error: note },
    now: () => state.now,
  });
  const ask = async (): Promise<boolean> => {
    const answered = await watch.ping();
    if (!state.hangs) await watch.settled();
    return answered;
  };
  return { state, told, watch, ask };
}

describe('the watch over an event store', () => {
  it('looks for the cause when the store does not answer, not at every request, and tells it once', async () => {
    const { state, told, watch, ask } = watchOf(unheard, away);
    for (state.now = 0; state.now < 9000; state.now += 100) expect(await ask()).toBe(false);
    expect(state.looks).toBe(3);
    expect(watch.cause).toBe('nobody-listening');
    expect(told).toEqual(['eventstoredb: nobody-listening']);
  });

  it('takes an answer for the end of it, and tells the next time again', async () => {
    const { state, told, watch, ask } = watchOf(unheard, away);
    await ask();
    state.failure = undefined;
    expect(await ask()).toBe(true);
    expect([watch.cause, told.length]).toEqual([undefined, 1]);
    state.now = 3000;
    await ask();
    state.failure = away;
    state.now = 60_000;
    await ask();
    expect(told).toEqual([
      'eventstoredb: nobody-listening',
      'the event store can be used again',
      'eventstoredb: nobody-listening',
    ]);
  });

  it('sees a right that was taken away though the store answers', async () => {
    const { state, watch, ask } = watchOf(well);
    await ask();
    state.findings = mute;
    state.now = 29_000;
    await ask();
    expect(watch.cause).toBeUndefined();
    state.now = 30_000;
    await ask();
    expect(watch.cause).toBe('cannot-append');
    state.findings = well;
    state.now = 33_000;
    await ask();
    expect(watch.cause).toBeUndefined();
  });

  it('believes an answer more than what an endpoint seems to be', async () => {
    const { watch, told, ask } = watchOf({
      isInsecure: true,
      nodes: [{ node: 'one', problem: 'HTTP 404', fault: 'not-an-event-store' }],
    });
    await watch.assertUsable();
    expect(await ask()).toBe(true);
    expect([watch.cause, told]).toEqual([undefined, []]);
  });

  it('waits for no examination, and begins no second one', async () => {
    const { state, ask } = watchOf(unheard, away);
    state.hangs = true;
    for (state.now = 0; state.now < 9000; state.now += 1000) expect(await ask()).toBe(false);
    expect(state.looks).toBe(1);
  });

  it('keeps a ledger from being opened, by its cause or by what the store said', async () => {
    await expect(watchOf(unheard, away).watch.assertUsable()).rejects.toEqual(
      new StoreUnusable('nobody-listening'),
    );
    await expect(watchOf(mute).watch.assertUsable()).rejects.toEqual(new StoreUnusable('cannot-append'));
    await expect(watchOf(well, away).watch.assertUsable()).rejects.toBe(away);
    await expect(watchOf(well, new AccessDenied('no')).watch.assertUsable()).rejects.toEqual(
      new StoreUnusable('access-refused'),
    );
    await watchOf(well).watch.assertUsable();
  });
});
