import { randomUUID } from 'node:crypto';

/** A problem document as a test looks at it. */
export interface ProblemBody {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string }[];
  readonly currentRevision?: number;
}

/** What the server answered; `body` is whatever JSON came, for the test to look into. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- an acceptance test reads answers as any client would
  readonly body: any;
  readonly text: string;
}

/** What a request says beyond its path and body. */
export interface Extras {
  /** `null`: none at all. Default: a new one for each command. */
  readonly key?: string | null;
  readonly ifMatch?: string;
  readonly language?: 'fr' | 'en';
  /** W3C trace context: it stands in the metadata of every event of the command. */
  readonly traceparent?: string;
  /** Sent as it is, instead of JSON of the body. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly contentType?: string;
}

/** A request that is not answered by then is hung: the server itself gives up much earlier. */
const PATIENCE_MS = 100_000;

/** A client with one credential, on one instance of the server. */
export class Client {
  constructor(
    readonly url: string,
    private readonly token: string | undefined,
  ) {}

  get(path: string, extras: Extras = {}): Promise<Answer> {
    return this.send('GET', path, undefined, { key: null, ...extras });
  }

  post(path: string, body: unknown, extras: Extras = {}): Promise<Answer> {
    return this.send('POST', path, body, extras);
  }

  put(path: string, body: unknown, extras: Extras = {}): Promise<Answer> {
    return this.send('PUT', path, body, extras);
  }

  /** The same credential on another instance. */
  on(url: string): Client {
    return new Client(url, this.token);
  }

  async send(method: string, path: string, body: unknown, extras: Extras = {}): Promise<Answer> {
    const sent = extras.raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(this.url + path, {
      method,
      headers: this.headers(sent !== undefined, extras),
      ...(sent === undefined ? {} : { body: sent }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : undefined,
      text,
    };
  }

  /** What proves who this is. */
  credentials(): Record<string, string> {
    return this.token === undefined ? {} : { authorization: `Bearer ${this.token}` };
  }

  private headers(hasBody: boolean, extras: Extras): Record<string, string> {
    const { key = randomUUID(), ifMatch, language, traceparent, contentType = 'application/json' } = extras;
    return {
      ...this.credentials(),
      ...(hasBody ? { 'content-type': contentType } : {}),
      ...(key === null ? {} : { 'idempotency-key': key }),
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
      ...(language === undefined ? {} : { 'accept-language': language }),
      ...(traceparent === undefined ? {} : { traceparent }),
    };
  }
}

/** An answer that must have this status; the error shows what came instead. */
export function expectStatus(answer: Answer, ...statuses: readonly number[]): Answer {
  if (statuses.includes(answer.status)) return answer;
  throw new Error(`Answered ${String(answer.status)} instead of ${statuses.join(' or ')}: ${answer.text}`);
}
