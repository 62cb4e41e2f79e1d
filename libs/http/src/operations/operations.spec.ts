import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Counter } from 'prom-client';
import { DemoModule } from '../app/demo.fixture.js';
import { startTestApp, SUBJECT, type TestApp } from '../app/http-app.fixture.js';
import { newRegistry } from '../app/create-http-app.js';
import type { HealthCheck, HealthWarning } from './health.js';

// Goal: machines learn whether the process lives, whether it can work and what stands in its way, and how fast it is,
// without learning about anybody. Method: dependencies that are well, ill, silent and broken.

let server: TestApp;
const checks: HealthCheck[] = [];
let warnings: () => Promise<readonly HealthWarning[]> = async () => [];
const registry = newRegistry();
beforeAll(async () => {
  server = await startTestApp(DemoModule, { registry, parts: { checks, warnings: () => warnings() } });
});
afterAll(() => server.app.close());

const well: HealthCheck = { name: 'event-store', check: async () => ({ ok: true, detail: 'PostgreSQL' }) };

describe('/livez', () => {
  it('answers whatever the dependencies do', async () => {
    checks.splice(0, checks.length, { name: 'event-store', check: async () => ({ ok: false }) });
    expect((await server.send({ path: '/livez' })).json).toEqual({ status: 'ok' });
  });
});

describe('/readyz', () => {
  it('names each dependency that is well', async () => {
    checks.splice(0, checks.length, well);
    const { status, json } = await server.send({ path: '/readyz' });
    expect([status, json]).toEqual([
      200,
      { status: 'ok', checks: [{ name: 'event-store', ok: true, detail: 'PostgreSQL' }], warnings: [] },
    ]);
  });

  it('is 503 and names the one that is not', async () => {
    const secret = 'postgres://greffe:hunter2@db.example/ledger';
    checks.splice(0, checks.length, well, {
      name: 'key-store',
      check: () => Promise.reject(new Error(`cannot reach ${secret}`)),
    });
    const { status, headers, json, text } = await server.send({
      path: '/readyz',
      headers: { 'accept-language': 'fr' },
    });
    expect([status, json.code, headers['retry-after']]).toEqual([503, 'not-ready', '5']);
    expect(json.note).toBe('Not ready: key-store.');
    expect(json.checks).toEqual([
      { name: 'event-store', ok: true, detail: 'PostgreSQL' },
      { name: 'key-store', ok: false, detail: 'failed' },
    ]);
    expect(text).not.toContain('hunter2');
    const line = server.lines.find((written) => written.includes(json.instance)) ?? '';
    expect(JSON.parse(line)).toMatchObject({ level: 'debug', route: '/readyz', status: 503 });
    expect(line).not.toContain('"stack"');
  });

  it('does not wait for one that never answers', async () => {
    checks.splice(0, checks.length, { name: 'event-store', check: () => new Promise(() => undefined) });
    const { status, json } = await server.send({ path: '/readyz' });
    expect([status, json.checks[0].detail]).toEqual([503, 'no answer in time']);
  });
});

describe('a role that no process has', () => {
  const missing: HealthWarning = {
    code: 'role-missing',
    role: 'eraser',
    since: '2026-11-21T18:00:00.000Z',
    standsStill: 'no erasure is carried out',
  };

  it('is named by /readyz, which stays ready, and by a figure', async () => {
    checks.splice(0, checks.length, well);
    warnings = async () => [missing];
    const { status, json } = await server.send({ path: '/readyz' });
    expect([status, json.warnings]).toEqual([200, [missing]]);
    expect((await server.send({ path: '/metrics' })).text).toContain('greffe_role_missing{role="eraser"} 1');
    warnings = async () => [];
    expect((await server.send({ path: '/metrics' })).text).not.toContain('greffe_role_missing{');
  });

  it('is named beside what is not ready: it may be why', async () => {
    checks.splice(0, checks.length, { name: 'erasures-replayed', check: async () => ({ ok: false }) });
    warnings = async () => [{ ...missing, role: 'projector' }];
    const { status, json } = await server.send({ path: '/readyz' });
    expect([status, json.warnings]).toEqual([503, [{ ...missing, role: 'projector' }]]);
    warnings = async () => [];
  });

  it('that cannot be asked for is no warning, and no failure', async () => {
    checks.splice(0, checks.length, well);
    warnings = () => Promise.reject(new Error('away'));
    const { status, json } = await server.send({ path: '/readyz' });
    expect([status, json.warnings]).toEqual([200, []]);
    warnings = async () => [];
  });
});

describe('/metrics', () => {
  it('counts requests by method, route template and status, and names nobody', async () => {
    const as = await server.token('dpo');
    await server.send({ path: `/v1/demo/subjects/${SUBJECT}`, as });
    await server.send({ path: `/v1/demo/subjects/${SUBJECT}`, as });
    await server.send({ path: `/v1/demo/subjects/${SUBJECT}` });
    await server.send({ path: '/camille@client.example' });
    const { headers, text } = await server.send({ path: '/metrics' });
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    const line = (status: number): string =>
      `greffe_http_request_duration_seconds_count{method="GET",route="/v1/demo/subjects/:subjectId",status="${String(status)}"}`;
    expect(text).toContain(`${line(200)} 2`);
    expect(text).toContain(`${line(401)} 1`);
    expect(text).toContain('route="unmatched",status="404"');
    expect(text).not.toContain(SUBJECT);
    expect(text).not.toContain('camille');
  });

  it('is a histogram as Prometheus reads one', async () => {
    const { text } = await server.send({ path: '/metrics' });
    expect(text).toContain('# TYPE greffe_http_request_duration_seconds histogram');
    const buckets = [
      ...text.matchAll(
        /_bucket\{le="([^"]+)",method="GET",route="\/v1\/demo\/subjects\/:subjectId",status="200"\} (\d+)/g,
      ),
    ];
    const series =
      buckets.length > 0
        ? buckets
        : [
            ...text.matchAll(
              /_bucket\{method="GET",route="\/v1\/demo\/subjects\/:subjectId",status="200",le="([^"]+)"\} (\d+)/g,
            ),
          ];
    const counts = series.map(([, , count]) => Number(count));
    expect(series.at(-1)?.[1]).toBe('+Inf');
    expect(counts.at(-1)).toBe(2);
    expect([...counts].sort((a, b) => a - b)).toEqual(counts);
  });

  it('holds the process’s own figures and those of other parts, all under one name', async () => {
    new Counter({ name: 'greffe_demo_total', help: 'A figure of another part.', registers: [registry] }).inc(
      3,
    );
    const { text } = await server.send({ path: '/metrics' });
    expect(text).toContain('greffe_demo_total 3');
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? '');
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !name.startsWith('greffe_'))).toEqual([]);
  });
});
