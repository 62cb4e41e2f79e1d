import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { MeteredRun, WorkMeter } from '#runtime';

/** Upper bounds of the buckets, in seconds. */
const BUCKETS = [0.01, 0.1, 1, 10, 60, 600, 3600];

const of = (registry: Registry, name: string, help: string) => ({
  ...{ name: `greffe_work_${name}`, help, registers: [registry] },
  labelNames: ['work'] as const,
});

/** Figures of the work that is due again and again: by kind of work, never by person. */
@Injectable()
export class WorkMetrics implements WorkMeter {
  private readonly interval: Gauge<'work'>;
  private readonly started: Gauge<'work'>;
  private readonly succeeded: Gauge<'work'>;
  private readonly duration: Histogram<'work'>;
  private readonly items: Counter<'work'>;
  private readonly failures: Counter<'work'>;

  constructor(@Inject(Registry) registry: Registry) {
    this.interval = new Gauge(of(registry, 'interval_seconds', 'How often the work is due at least.'));
    this.started = new Gauge(
      of(registry, 'last_start_timestamp_seconds', 'When its last run began; 0: none did.'),
    );
    this.succeeded = new Gauge(
      of(registry, 'last_success_timestamp_seconds', 'When its last run ended well; 0: none did.'),
    );
    this.duration = new Histogram({
      ...of(registry, 'duration_seconds', 'Time of its runs, also of those that failed.'),
      buckets: BUCKETS,
    });
    this.items = new Counter(of(registry, 'items_total', 'What its runs have done, by number.'));
    this.failures = new Counter(of(registry, 'failures_total', 'Runs that failed; each is tried again.'));
  }

  /** From now on the work is among the figures, with a success that is yet to come. */
  expect({ name, everyMs }: { readonly name: string; readonly everyMs: number }): void {
    const labels = { work: labelOf(name) };
    this.interval.set(labels, everyMs / 1000);
    for (const gauge of [this.started, this.succeeded]) gauge.set(labels, 0);
    for (const counter of [this.items, this.failures]) counter.inc(labels, 0);
    this.duration.zero(labels);
  }

  begin(name: string): MeteredRun {
    const labels = { work: labelOf(name) };
    this.started.setToCurrentTime(labels);
    const end = this.duration.startTimer(labels);
    return {
      succeeded: (items) => {
        end();
        this.items.inc(labels, items);
        this.succeeded.setToCurrentTime(labels);
      },
      failed: () => {
        end();
        this.failures.inc(labels);
      },
    };
  }
}

function labelOf(name: string): string {
  return name.replaceAll(' ', '-');
}
