import { mkdtempSync } from 'node:fs';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { allocatedId, canonicalJson, type JsonObject, type Uuid } from '#kernel';
import {
  IdempotencyKeyReused,
  StillRunning,
  type Attempt,
  type Begun,
  type CommandContext,
  type CommandRequest,
} from '#runtime';
import type { Role } from '../access/api-scopes.js';
import { DevelopmentIssuer } from '../access/development-issuer.js';
import { createHttpApp, type HttpAppOptions } from './create-http-app.js';
import type { CommandLogPort, HttpPorts } from './http-ports.js';
import { createLogger } from './logger.js';

/** A subject and, for the same of rights, another one. */
export const SUBJECT: Uuid = '3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d';
export const OTHER: Uuid = '7d9e0b52-1c3f-4e8a-b6d4-0a1b2c3d4e5f';

interface Row {
  readonly body: string;
  readonly id: Uuid;
  state: 'running' | 'recorded' | 'kept' | 'released';
  attempts: number;
  kept?: JsonObject;
  subjects?: readonly Uuid[];
}

/** A command log in memory with the rules of the real one: one row per client and key. */
export class CommandLogInMemory implements CommandLogPort {
  readonly rows: Row[] = [];
  readonly requests: CommandRequest[] = [];
  private readonly byKey = new Map<string, Row>();

  async begin(request: CommandRequest): Promise<Begun> {
    this.requests.push(request);
    const { client, route, idempotencyKey } = request;
    const key = `${client} ${idempotencyKey ?? String(this.requests.length)}`;
    const body = canonicalJson([route, request.body]);
    const known = this.byKey.get(key);
    if (known !== undefined) this.refuse(known, body);
    if (known?.kept !== undefined) return { kind: 'answered', commandId: known.id, outcome: known.kept };
    const row = known ?? { body, state: 'running', attempts: 0, id: allocatedId(SUBJECT, key) };
    const isReplay = row.state === 'recorded';
    if (known === undefined) this.rows.push(row);
    this.byKey.set(key, row);
    row.attempts += 1;
    if (!isReplay) row.state = 'running';
    const { id: commandId, attempts: number } = row;
    return {
      kind: 'run',
      attempt: { commandId, number, isReplay },
      context: contextOf(request, row, isReplay),
    };
  }

  async finish(
    { commandId, isReplay }: Attempt,
    kept?: JsonObject,
    subjects: readonly Uuid[] = [],
  ): Promise<void> {
    const row = this.rows.find(({ id }) => id === commandId);
    if (row === undefined || isReplay) return;
    Object.assign(row, { state: kept === undefined ? 'recorded' : 'kept', subjects }, kept && { kept });
  }

  async release({ commandId }: Attempt): Promise<void> {
    const row = this.rows.find(({ id }) => id === commandId);
    if (row !== undefined) row.state = 'released';
  }

  private refuse(row: Row, body: string): void {
    if (row.body !== body) throw new IdempotencyKeyReused();
    if (row.state === 'running') throw new StillRunning(7);
  }
}

function contextOf(
  { actor, traceparent }: CommandRequest,
  { id, attempts }: Row,
  isReplay: boolean,
): CommandContext {
  return {
    commandId: id,
    now: '2026-01-15T09:30:00.000Z',
    actor,
    mayBeRetry: attempts > 1,
    isReplay,
    deadline: performance.now() + 1000,
    correlationId: id,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

/** An application on a module of the spec, with a development issuer, and what a spec needs to drive it. */
export interface TestApp {
  readonly app: NestFastifyApplication;
  readonly commandLog: CommandLogInMemory;
  /** Lines of the log. */
  readonly lines: string[];
  token(role: Role, sub?: string): Promise<string>;
  /** Sends a request over a real connection. */
  send(request: TestRequest): Promise<TestResponse>;
  /** Address that the application listens on. */
  readonly url: string;
}

/** A request of a spec; `json` is written as it is if it is a text already. */
export interface TestRequest {
  readonly method?: string;
  readonly path: string;
  readonly as?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

/** An answer; `json` is the parsed body, if it is JSON. */
export interface TestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a spec says what it expects of it
  readonly json: any;
}

/** Starts an application around a module. */
export async function startTestApp(
  module: Type | DynamicModule,
  overrides: Partial<HttpAppOptions> & { readonly parts?: Partial<HttpPorts> } = {},
): Promise<TestApp> {
  const commandLog = new CommandLogInMemory();
  const lines: string[] = [];
  const keyFolder = mkdtempSync(join(tmpdir(), 'greffe-http-'));
  const issuer = new DevelopmentIssuer(keyFolder);
  const { parts, ...options } = overrides;
  const app = await createHttpApp(module, {
    identity: { kind: 'development', keyFolder },
    host: '127.0.0.1',
    publicUrl: 'http://127.0.0.1:8080',
    version: '0.0.0-test',
    logger: createLogger('debug', { write: (line) => void lines.push(line) }),
    ports: () => ({
      commandLog,
      actors: { resolve: async ({ sub }) => ({ actorId: allocatedId(OTHER, sub) }) },
      checks: [],
      ...parts,
    }),
    ...options,
  });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}`;
  const token = (role: Role, sub = 'tester'): Promise<string> => issuer.issue(role, sub);
  return { app, commandLog, lines, token, url, send: (wanted) => send(port, wanted) };
}

/** Fastify's own `inject` cannot be loaded under jest, so specs speak HTTP. */
function send(port: number, { method = 'GET', path, as, headers, json }: TestRequest): Promise<TestResponse> {
  const body =
    json === undefined || typeof json === 'string' || Buffer.isBuffer(json) ? json : JSON.stringify(json);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent: false,
        headers: {
          ...(as === undefined ? {} : { authorization: `Bearer ${as}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = /json/.test(String(response.headers['content-type'])) && text !== '';
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers as TestResponse['headers'],
            text,
            json: isJson ? JSON.parse(text) : undefined,
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
