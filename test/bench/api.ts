import { randomUUID } from 'node:crypto';
import type { BenchProcess } from './bench-server.js';

/** Waits until the read models and reactors have passed the history: the measure is of the erasure alone. */
export async function settled(url: string, token: string): Promise<void> {
  for (;;) {
    const { items } = (await call({ url, token }, 'GET', '/v1/projections')) as {
      items: { done: number; total: number }[];
    };
    if (items.every(({ done, total }) => done === total)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** One request with a JSON answer; throws for any answer that is not a success. */
export async function call(
  { url, token }: Pick<BenchProcess, 'url' | 'token'>,
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
  return answer;
}

/** A token of the development issuer. */
export async function tokenOf(url: string, role: string): Promise<string> {
  const response = await fetch(`${url}/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ role }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}
