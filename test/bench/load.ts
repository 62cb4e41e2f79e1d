import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { percentile } from './rounds.js';

/** What a burst of requests showed. */
export interface Burst {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Tokens of the answers with the instant at which each arrived, for those who measure lag. */
  readonly acks: readonly { readonly token: string; readonly at: number }[];
}

interface Target {
  readonly url: string;
  readonly token: string;
}

const BODY = JSON.stringify({ purposeId: 'all', channels: ['email'], source: { kind: 'unsubscribe-link' } });

/** Sends withdrawals of new people, so many in flight, and fails on any answer but 201. */
export function withdrawals(target: Target, total: number, inFlight: number): Promise<Burst> {
  return burst(target, total, inFlight, () => ({
    method: 'POST',
    path: `/v1/subjects/${randomUUID()}/withdrawals`,
    body: BODY,
    expected: 201,
  }));
}

/** Asks one route without a body. */
export function gets(target: Target, path: string, total: number, inFlight: number): Promise<Burst> {
  return burst(target, total, inFlight, () => ({ method: 'GET', path, body: '', expected: 200 }));
}

/** Asks one route with a body for each request. */
export function asks(
  target: Target,
  path: string,
  body: () => object,
  total: number,
  inFlight: number,
): Promise<Burst> {
  return burst(target, total, inFlight, () => ({
    method: 'POST',
    path,
    body: JSON.stringify(body()),
    expected: 200,
  }));
}

interface Planned {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly expected: number;
}

async function burst(
  { url, token }: Target,
  total: number,
  inFlight: number,
  plan: () => Planned,
): Promise<Burst> {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  const latencies: number[] = [];
  const acks: { token: string; at: number }[] = [];
  let left = total;
  const begun = performance.now();
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const sent = performance.now();
      const answer = await send(agent, url, token, plan());
      latencies.push(performance.now() - sent);
      const found = /"token":"([^"]+)"/.exec(answer)?.[1];
      if (found !== undefined) acks.push({ token: found, at: performance.now() });
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const seconds = (performance.now() - begun) / 1000;
  agent.destroy();
  const [p50Ms, p99Ms] = [percentile(latencies, 0.5), percentile(latencies, 0.99)];
  return { perSecond: total / seconds, p50Ms, p99Ms, acks };
}

function send(
  agent: Agent,
  url: string,
  token: string,
  { method, path, body, expected }: Planned,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    if (body !== '') {
      headers['content-type'] = 'application/json';
      headers['content-length'] = String(Buffer.byteLength(body));
      headers['idempotency-key'] = randomUUID();
    }
    const sent = request(`${url}${path}`, { agent, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => {
        if (response.statusCode === expected) resolve(text);
        else reject(new Error(`${method} ${path}: ${String(response.statusCode)} ${text.slice(0, 300)}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
