import { describe, expect, it } from '@jest/globals';
import type { Logger } from 'pino';
import type { RestoreGuard } from '#rights';
import type { KeyStore, ReconcileReport, RotationReport } from '#subject-keys';
import { endOfConsents, endOfEpochs, replayOfErasures } from './recurring-work.js';

// Goal: what the recurring work finds is told as loudly as it matters, and no epoch ends before the restore guard has
// passed. Method: reports as the key store gives them, and a log that keeps what it is told.

const signal = new AbortController().signal;
const key = {
  kid: 'k_1',
  subjectId: '3f2b8c1e-0a77-4a0d-9b3e-5d1f6c2a9e10',
  scope: 'identity',
  generation: 1,
};
const inOrder: ReconcileReport = {
  erasures: 3,
  reshredded: [],
  claimsReleased: 0,
  archiveReleased: 0,
  destroyedWithoutOrder: [],
  missing: [],
};

function logbook() {
  const levels: string[] = [];
  const at = (level: string) => () => void levels.push(level);
  const log = { info: at('info'), warn: at('warn'), error: at('error') } as unknown as Logger;
  return { log, levels };
}

async function replayed(...reports: ReconcileReport[]): Promise<string[]> {
  const { log, levels } = logbook();
  const guard = { pass: () => Promise.resolve(reports.shift()!) } as unknown as RestoreGuard;
  const work = replayOfErasures(guard, log);
  while (reports.length > 0) await work.run(signal);
  return levels;
}

describe('the replay of erasures', () => {
  it('says once that personal data is served, and then nothing while all is in order', async () => {
    expect(await replayed(inOrder, inOrder, inOrder)).toEqual(['info']);
  });

  it.each([
    [{ reshredded: [key] }, 'warn'],
    [{ claimsReleased: 1 }, 'warn'],
    [{ archiveReleased: 1 }, 'warn'],
    [{ missing: [key] }, 'error'],
    [{ destroyedWithoutOrder: [key] }, 'error'],
  ])('tells each time what a restored key store brings: %j', async (found, level) => {
    const bad = { ...inOrder, ...found };
    expect(await replayed(bad, inOrder, bad)).toEqual(['info', level, level]);
  });
});

describe('the end of epochs', () => {
  const rotated: RotationReport = { kekId: 'epoch_2', rewrapped: 1, destroyed: [], kept: [] };
  const keyStore = (isOpen: boolean, report: RotationReport | undefined) => {
    const asked: string[] = [];
    const rotation = { rotateIfDue: () => Promise.resolve(asked.push('rotate')).then(() => report) };
    const gate = { isOpen };
    return { asked, gate, stub: { gate, rotation } as unknown as KeyStore };
  };

  it('waits for the restore guard', async () => {
    const { asked, gate, stub } = keyStore(false, rotated);
    const running = endOfEpochs(stub, logbook().log).run(signal);
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toEqual([]);
    gate.isOpen = true;
    await running;
    expect(asked).toEqual(['rotate']);
  });

  it('waits no longer than its process lives', async () => {
    const { asked, stub } = keyStore(false, rotated);
    const process = new AbortController();
    const running = endOfEpochs(stub, logbook().log).run(process.signal);
    process.abort();
    await running;
    expect(asked).toEqual([]);
  });

  it.each([
    ['nothing is due', undefined, []],
    ['it began', rotated, ['info']],
    ['a key had to stay', { ...rotated, kept: [{ kekId: 'epoch_1', damaged: ['k_1'] }] }, ['error']],
  ] as const)('is told where something happened: %s', async (_, report, levels) => {
    const { log, levels: told } = logbook();
    const rewrapped = await endOfEpochs(keyStore(true, report).stub, log).run(signal);
    expect([told, rewrapped]).toEqual([levels, report === undefined ? 0 : 1]);
  });
});

describe('the end of consents', () => {
  it('is told where there was one, by number', async () => {
    const { log, levels } = logbook();
    const ends = [3, 0, 1];
    const work = endOfConsents({ expireDue: () => Promise.resolve(ends.shift() ?? 0) }, log);
    const ended: number[] = [];
    for (let look = 0; look < 3; look += 1) ended.push(await work.run(signal));
    expect(ended).toEqual([3, 0, 1]);
    expect(levels).toEqual(['info', 'info']);
  });
});
