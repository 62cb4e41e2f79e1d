import type { Metric, Registry } from 'prom-client';

/** Upper bounds of the buckets, in seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const NAME = 'greffe_http_request_duration_seconds';

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Requests per bucket, not cumulated; the last one is for what is slower than every bound. */
  readonly counts: Float64Array;
  sum: number;
}

/**
 * Time of each request by method, route template and status. The library's own histogram hashes its labels on every
 * observation; here a series is found once per route and status, and the text is made when somebody reads it.
 */
export class HttpMetrics {
  private readonly series = new Map<string, Series>();

  constructor(registry: Registry) {
    registry.registerMetric({ name: NAME, get: () => this.collected() } as unknown as Metric);
  }

  /** Counts one request. */
  observe(method: string, route: string, status: number, milliseconds: number): void {
    const series = this.seriesOf(method, route, status);
    const seconds = milliseconds / 1000;
    let bucket = 0;
    while (bucket < BUCKETS.length && seconds > (BUCKETS[bucket] ?? 0)) bucket += 1;
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += seconds;
  }

  private seriesOf(method: string, route: string, status: number): Series {
    const key = `${method} ${String(status)} ${route}`;
    let series = this.series.get(key);
    if (series === undefined) {
      const labels = { method, route, status: String(status) };
      series = { labels, counts: new Float64Array(BUCKETS.length + 1), sum: 0 };
      this.series.set(key, series);
    }
    return series;
  }

  /** In the shape in which the registry takes a histogram. */
  private collected(): object {
    const values = [...this.series.values()].flatMap(valuesOf);
    return {
      name: NAME,
      help: 'Time from the first byte of a request to the end of its answer.',
      type: 'histogram',
      values,
    };
  }
}

function valuesOf({ labels, counts, sum }: Series): object[] {
  let total = 0;
  const buckets = [...BUCKETS.map(String), '+Inf'].map((le, bucket) => {
    total += counts[bucket] ?? 0;
    return { metricName: `${NAME}_bucket`, labels: { ...labels, le }, value: total };
  });
  return [
    ...buckets,
    { metricName: `${NAME}_sum`, labels, value: sum },
    { metricName: `${NAME}_count`, labels, value: total },
  ];
}
