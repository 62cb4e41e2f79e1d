import { describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { WorkMetrics } from './work-metrics.js';

// Goal: whoever watches learns of work that never ran, of work that stopped, of failures and of how much was done.
// Method: the text that Prometheus reads.

async function told(registry: Registry): Promise<Map<string, number>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line.startsWith('greffe_work_'));
  return new Map(lines.map((line) => [line.replace(/ [^ ]+$/, ''), Number(line.split(' ').at(-1))]));
}

const series = (name: string): string => `greffe_work_${name}{work="end-of-consents"}`;
const work = { name: 'end of consents', everyMs: 60_000 };

describe('the figures of recurring work', () => {
  it('hold work that has not run yet, with a success that is yet to come', async () => {
    const registry = new Registry();
    new WorkMetrics(registry).expect(work);
    const figures = await told(registry);
    expect(figures.get(series('interval_seconds'))).toBe(60);
    for (const name of ['last_start_timestamp_seconds', 'last_success_timestamp_seconds']) {
      expect(figures.get(series(name))).toBe(0);
    }
    for (const name of ['items_total', 'failures_total', 'duration_seconds_count']) {
      expect(figures.get(series(name))).toBe(0);
    }
  });

  it('tell when a run began and ended well, how many, how long, and what it did', async () => {
    const registry = new Registry();
    const metrics = new WorkMetrics(registry);
    metrics.expect(work);
    const before = Date.now() / 1000;
    metrics.begin(work.name).succeeded(3);
    metrics.begin(work.name).succeeded(2);
    const figures = await told(registry);
    expect(figures.get(series('items_total'))).toBe(5);
    expect(figures.get(series('duration_seconds_count'))).toBe(2);
    expect(figures.get(series('failures_total'))).toBe(0);
    for (const name of ['last_start_timestamp_seconds', 'last_success_timestamp_seconds']) {
      expect(figures.get(series(name))).toBeGreaterThanOrEqual(before);
    }
  });

  it('keep the last success where runs fail, and where one does not come to its end', async () => {
    const registry = new Registry();
    const metrics = new WorkMetrics(registry);
    metrics.expect(work);
    metrics.begin(work.name).failed();
    metrics.begin(work.name);
    const figures = await told(registry);
    expect(figures.get(series('failures_total'))).toBe(1);
    expect(figures.get(series('last_success_timestamp_seconds'))).toBe(0);
    expect(figures.get(series('last_start_timestamp_seconds'))).toBeGreaterThan(0);
    expect(figures.get(series('duration_seconds_count'))).toBe(1);
  });
});
