import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RecordedNotYetEffective } from '#runtime';
import { calls, DEMO_NOW, DemoModule } from './demo.fixture.js';
import {
  OTHER,
  startTestApp,
  SUBJECT,
  type TestApp,
  type TestRequest,
  type TestResponse,
} from './http-app.fixture.js';

// Goal: a command opens its row in the command log before it runs and finishes it after; a retry gets the same answer
// and says so; two people cannot overwrite each other. Method: the real routes, hooks and interceptor over a command
// log in memory that has the rules of the real one.

let server: TestApp;
let operator: string;
let dpo: string;
beforeAll(async () => {
  server = await startTestApp(DemoModule);
  operator = await server.token('operator');
  dpo = await server.token('dpo');
});
afterAll(() => server.app.close());
beforeEach(() => void calls.splice(0));

const choices = [{ purposeId: 'all', channels: ['post'] }];
let keys = 0;
const newKey = (): string => `key-${String((keys += 1))}`;

function consent(key: string, more: object = {}, wanted: Partial<TestRequest> = {}): Promise<TestResponse> {
  const { headers, ...rest } = wanted;
  return server.send({
    method: 'POST',
    path: `/v1/demo/subjects/${SUBJECT}/consents`,
    as: operator,
    json: { choices, ...more },
    headers: { 'idempotency-key': key, ...headers },
    ...rest,
  });
}

describe('a command', () => {
  it('runs once with its context and tags its answer with the revision', async () => {
    const { status, headers, json } = await consent(newKey());
    expect(status).toBe(201);
    expect(headers['etag']).toBe('"1"');
    expect(headers['idempotency-replayed']).toBeUndefined();
    expect(json.ids).toEqual([calls[0]?.context?.commandId]);
    expect(calls[0]?.context?.actor).toEqual({ k: 'operator', ref: calls[0]?.caller?.actorId });
    expect(server.commandLog.rows.at(-1)).toMatchObject({ state: 'recorded', subjects: [SUBJECT] });
  });

  it('gets the same answer again, with the mark of a repetition', async () => {
    const key = newKey();
    const first = await consent(key);
    const again = await consent(key);
    expect(again.status).toBe(first.status);
    expect(again.json.ids).toEqual(first.json.ids);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(calls[1]?.context?.isReplay).toBe(true);
  });

  it('that recorded nothing new is answered again without running', async () => {
    const key = newKey();
    const first = await consent(key, { outcome: 'nothing' });
    const again = await consent(key, { outcome: 'nothing' });
    expect(calls).toHaveLength(1);
    expect([again.status, again.json, again.headers['etag']]).toEqual([
      first.status,
      first.json,
      first.headers['etag'],
    ]);
    expect(again.headers['idempotency-replayed']).toBe('true');
  });

  it('that was rejected is rejected again without running', async () => {
    const key = newKey();
    const first = await consent(key, { outcome: 'rejected' });
    const again = await consent(key, { outcome: 'rejected' });
    expect(calls).toHaveLength(1);
    expect([first.status, again.status, again.json.code]).toEqual([409, 409, 'purpose-unknown']);
    expect(again.json.errors[0].pointer).toBe('/choices/0/purposeId');
    expect(again.headers['idempotency-replayed']).toBe('true');
  });

  it.each(['bug', 'not-found'])(
    'that ended without an outcome (%s) may run again at once',
    async (outcome) => {
      const key = newKey();
      await consent(key, { outcome });
      expect(server.commandLog.rows.at(-1)?.state).toBe('released');
      await consent(key, { outcome });
      expect(calls).toHaveLength(2);
      expect(calls[1]?.context?.mayBeRetry).toBe(true);
    },
  );

  it.each([undefined, 'nothing', 'rejected'])(
    'whose effect could not be written is 503 and may run again at once: %s',
    async (outcome) => {
      const key = newKey();
      const finish = jest.spyOn(server.commandLog, 'finish');
      finish.mockRejectedValueOnce(new RecordedNotYetEffective(undefined));
      const first = await consent(key, { outcome });
      expect([first.status, first.json.code]).toEqual([503, 'recorded-not-yet-effective']);
      expect(server.commandLog.rows.at(-1)?.state).toBe('released');
      expect((await consent(key, { outcome })).status).toBe(outcome === 'rejected' ? 409 : 201);
      expect(calls[1]?.context?.mayBeRetry).toBe(true);
      finish.mockRestore();
    },
  );

  it('with the key of another body, person or route is 422', async () => {
    const key = newKey();
    await consent(key);
    const others = [
      await consent(key, { email: 'other@client.example' }),
      await consent(key, {}, { path: `/v1/demo/subjects/${OTHER}/consents` }),
      await consent(key, {}, { path: `/v1/demo/subjects/${SUBJECT}/withdrawals` }),
    ];
    expect(others.map(({ status, json }) => [status, json.code])).toEqual([
      [422, 'idempotency-key-reused'],
      [422, 'idempotency-key-reused'],
      [422, 'idempotency-key-reused'],
    ]);
    expect(calls).toHaveLength(1);
  });

  it('with the key of another client is another command', async () => {
    const key = newKey();
    await consent(key);
    await consent(key, {}, { as: dpo });
    expect(calls[0]?.context?.commandId).not.toBe(calls[1]?.context?.commandId);
  });

  it('that is still running is 409 with Retry-After', async () => {
    const key = newKey();
    await consent(key);
    Object.assign(server.commandLog.rows.at(-1) ?? {}, { state: 'running' });
    const { status, headers, json } = await consent(key);
    expect([status, headers['retry-after'], json.code]).toEqual([409, '7', 'still-running']);
  });

  it('without a key is 400, and with one that is none too', async () => {
    const none = await consent('', {}, { headers: { 'idempotency-key': '' } });
    expect(none.json.errors[0]).toMatchObject({
      pointer: '{Idempotency-Key}',
      code: 'not-an-idempotency-key',
    });
    const path = `/v1/demo/subjects/${SUBJECT}/consents`;
    const absent = await server.send({ method: 'POST', path, as: operator, json: { choices } });
    expect([absent.status, absent.json.code]).toEqual([400, 'idempotency-key-required']);
    expect((await consent('x'.repeat(256))).status).toBe(400);
    expect((await consent('"quoted"')).status).toBe(201);
    expect(server.commandLog.requests.at(-1)?.idempotencyKey).toBe('quoted');
  });

  it('that is malformed leaves no row, so its key is still free', async () => {
    const key = newKey();
    const before = server.commandLog.requests.length;
    expect((await consent(key, { colour: 1 })).status).toBe(400);
    expect(server.commandLog.requests).toHaveLength(before);
    expect((await consent(key)).status).toBe(201);
  });

  it('passes a valid trace context on, and ignores any other', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await consent(newKey(), {}, { headers: { traceparent } });
    expect(calls.at(-1)?.context?.traceparent).toBe(traceparent);
    for (const bad of [
      'junk',
      traceparent.toUpperCase(),
      `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
      `ff${traceparent.slice(2)}`,
    ]) {
      await consent(newKey(), {}, { headers: { traceparent: bad } });
      expect(calls.at(-1)?.context?.traceparent).toBeUndefined();
    }
  });
});

describe('a "no"', () => {
  it('needs no key', async () => {
    const path = `/v1/demo/subjects/${SUBJECT}/withdrawals`;
    const answers = [1, 2].map(() => server.send({ method: 'POST', path, as: operator }));
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([201, 201]);
    expect(calls[0]?.context?.commandId).not.toBe(calls[1]?.context?.commandId);
  });
});

describe('a write that replaces', () => {
  const put = (headers: Record<string, string>): Promise<TestResponse> =>
    server.send({ method: 'PUT', path: `/v1/demo/activities/${OTHER}`, as: dpo, headers });

  it('names the revision it has seen and gets the new one', async () => {
    const { status, headers } = await put({ 'if-match': '"7"' });
    expect([status, headers['etag'], calls[0]?.revision]).toEqual([200, '"8"', 7n]);
  });

  it('without If-Match is 428 and opens no row', async () => {
    const before = server.commandLog.requests.length;
    const { status, json } = await put({});
    expect([status, json.code]).toEqual([428, 'if-match-required']);
    expect(server.commandLog.requests).toHaveLength(before);
  });

  it('of a stale revision is 412 and names the current one', async () => {
    const { status, json } = await put({ 'if-match': '"6"' });
    expect([status, json.code, json.currentRevision]).toEqual([412, 'stale-revision', 7]);
  });

  it.each(['*', 'W/"7"', '7', '"7", "8"', '"-1"', '"07"', '"x"'])('with If-Match %s is 400', async (tag) => {
    const { status, json } = await put({ 'if-match': tag });
    expect([status, json.errors[0].pointer]).toEqual([400, '{If-Match}']);
  });
});

describe('a question', () => {
  it('with a body needs no key, and what it records has a context of its own', async () => {
    const before = server.commandLog.requests.length;
    const ask = (): Promise<TestResponse> =>
      server.send({ method: 'POST', path: '/v1/demo/lookup', as: operator, json: choices[0] });
    const [first, second] = [await ask(), await ask()];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(calls[0]?.context?.commandId).not.toBe(calls[1]?.context?.commandId);
    expect(calls[0]?.context?.mayBeRetry).toBe(false);
    expect(calls[0]?.context?.now).toBe(DEMO_NOW);
    expect(server.commandLog.requests).toHaveLength(before);
  });

  it('is read page by page with defaults', async () => {
    const { json } = await server.send({ path: '/v1/demo/list', as: operator });
    expect(json.query).toEqual({ limit: 100 });
  });
});
