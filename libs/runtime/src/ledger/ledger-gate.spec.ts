import { describe, expect, it } from '@jest/globals';
import { Unavailable } from '#event-store';
import { LedgerGate, type LedgerGateOptions } from './ledger-gate.js';
import { LedgerRefused } from './ledger-refused.js';

const identity = {
  ledgerId: '1d0f7d0e-6a55-4a32-9a4c-0a4c33b1f001',
  generation: '1d0f7d0e-6a55-4a32-9a4c-0a4c33b1f001',
};
const refused = Object.assign(new Error('connect ECONNREFUSED db.example:5432'), { code: 'ECONNREFUSED' });

function gateOf(options: Partial<LedgerGateOptions>): LedgerGate {
  return new LedgerGate({ steps: [], identify: async () => identity, maxPauseMs: 1, ...options });
}

describe('the gate of the ledger', () => {
  it('is closed until it was opened, and says so as a store that is away', async () => {
    const gate = gateOf({});
    expect(() => gate.identity()).toThrow(Unavailable);
    expect(gate.state()).toEqual({ state: 'opening', step: 'start', attempts: 0 });
    await gate.start();
    expect(gate.identity()).toEqual(identity);
    expect(gate.state()).toEqual({ state: 'open' });
  });

  it('repeats each step in order until it succeeds, and recovers by itself', async () => {
    const done: string[] = [];
    const failures: string[] = [];
    const flaky = (name: string, times: number) => {
      let left = times;
      return {
        name,
        run: async () => {
          if (left-- > 0) throw refused;
          done.push(name);
        },
      };
    };
    const gate = gateOf({
      steps: [flaky('ledger database', 3), flaky('key store', 2)],
      onFailure: (step) => void failures.push(step),
    });
    await Promise.all([gate.start(), gate.start()]);
    expect(done).toEqual(['ledger database', 'key store']);
    expect(failures).toEqual([
      'ledger database',
      'ledger database',
      'ledger database',
      'key store',
      'key store',
    ]);
    expect(gate.state()).toEqual({ state: 'open' });
  });

  it('tells what it waits for without an address', async () => {
    const wrapped = new Error('db.example is away', { cause: refused });
    let failed: () => void = () => undefined;
    const once = new Promise<void>((resolve) => (failed = resolve));
    const step = { name: 'ledger database', run: () => Promise.reject(wrapped) };
    const gate = gateOf({ steps: [step], onFailure: () => failed(), maxPauseMs: 60_000 });
    const running = gate.start();
    await once;
    await Promise.resolve();
    expect(gate.state()).toMatchObject({
      state: 'opening',
      step: 'ledger database',
      problem: 'ECONNREFUSED',
    });
    expect(JSON.stringify(gate.state())).not.toContain('example');
    await gate.stop();
    await running;
    expect(() => gate.identity()).toThrow(Unavailable);
  });

  it('a store that holds something else is refused for good', async () => {
    const gate = gateOf({
      identify: () => Promise.reject(new LedgerRefused('another-ledger', 'two ledgers')),
    });
    await gate.start();
    expect(gate.state()).toEqual({
      state: 'refused',
      problem: 'another-ledger',
      explanation: 'two ledgers',
    });
    expect(() => gate.identity()).toThrow(LedgerRefused);
  });
});
