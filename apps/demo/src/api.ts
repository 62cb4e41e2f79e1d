import { randomUUID } from 'node:crypto';
import type { DemoLanguage } from './options.js';

/** A role whose credential the demo uses. */
export type DemoRole = 'service' | 'operator' | 'dpo' | 'auditor' | 'analyst';

/** An answer of the server. */
export interface Answer<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** A problem document (RFC 9457), as far as the demo reads it. */
export interface ProblemBody {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly wayOut?: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly detail: string }[];
}

/** The server answered otherwise than the story expects: the demo ends with an error. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

interface Wish {
  /** Statuses that the story allows. */
  readonly expect: readonly number[];
  readonly body?: unknown;
  readonly key?: string;
}

const PATIENCE_MS = 60_000;
/** A busy server says 503; the same request with the same key may be sent again, and counts once. */
const MAX_TRIES = 8;
const PAUSE_MS = 1000;

/** A client of the ledger with the credential of one role; it knows nothing but the HTTP API. */
export class Session {
  constructor(
    private readonly url: string,
    private readonly language: DemoLanguage,
    private readonly token: string,
  ) {}

  /** Reads. */
  async get<T>(path: string, expect: readonly number[] = [200]): Promise<Answer<T>> {
    return this.call('GET', path, { expect });
  }

  /** Sends a command or a question. Each gets an idempotency key of its own unless the story names one. */
  async post<T>(
    path: string,
    body: unknown,
    expect: readonly number[] = [201],
    key: string = randomUUID(),
  ): Promise<Answer<T>> {
    return this.call('POST', path, { expect, body, key });
  }

  /** Opens a page that is for people, or presses a button on it; the page as markup. */
  async page(
    method: 'GET' | 'POST',
    path: string,
    pressed: Readonly<Record<string, string>> = {},
    expect: readonly number[] = [200],
  ): Promise<string> {
    const response = await fetch(this.url + path, {
      method,
      headers: { 'accept-language': this.language },
      ...(method === 'POST' ? { body: new URLSearchParams(pressed) } : {}),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    if (expect.includes(response.status)) return text;
    throw new UnexpectedAnswer(`${method} of a page answered ${String(response.status)}:\n${text}`);
  }

  private async call<T>(method: string, path: string, wish: Wish): Promise<Answer<T>> {
    const { expect } = wish;
    let response = await this.send(method, path, wish);
    for (let tries = 1; response.status === 503 && tries < MAX_TRIES; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * tries));
      response = await this.send(method, path, wish);
    }
    const text = await response.text();
    if (!expect.includes(response.status)) {
      const wanted = expect.join(' or ');
      throw new UnexpectedAnswer(
        `${method} ${path} answered ${String(response.status)} instead of ${wanted}:\n${text}`,
      );
    }
    const parsed = text === '' ? undefined : (JSON.parse(text) as unknown);
    return { status: response.status, headers: response.headers, body: parsed as T };
  }

  private send(method: string, path: string, { body, key }: Wish): Promise<Response> {
    return fetch(this.url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        'accept-language': this.language,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  }
}

/** A credential of the development issuer, which exists on the embedded default only. */
export async function openSession(url: string, language: DemoLanguage, role: DemoRole): Promise<Session> {
  const response = await fetch(`${url}/dev/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ role, sub: `demo-${role}` }),
  });
  if (response.status !== 200)
    throw new UnexpectedAnswer(`/dev/token answered ${String(response.status)} instead of 200`);
  const { access_token: token } = (await response.json()) as { readonly access_token: string };
  return new Session(url, language, token);
}
