import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { expectStatus, type Client } from './client.harness.js';
import { AcceptanceLedger, eventually } from './server.harness.js';
import { consentBody, declareShop, email, registerPerson, type TestShop } from './shop.harness.js';

// A campaign file is scrubbed: each row comes back in its place with the gate's answer, one act commits to all of them,
// and who has file and salt proves a row to whoever asks. A connection that is cut has recorded nothing.

let ledger: AcceptanceLedger;
let [service, auditor, dpo] = [] as unknown as Client[];
let shop: TestShop;
let folder: string;

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  const server = await ledger.start();
  service = await ledger.client(server, 'service');
  auditor = await ledger.client(server, 'auditor');
  dpo = await ledger.client(server, 'dpo');
  shop = await declareShop(dpo);
  folder = await mkdtemp(join(tmpdir(), 'greffe-scrub-'));
});
afterAll(async () => {
  await ledger.close();
  await rm(folder, { recursive: true, force: true });
});

const mailbox = () => `${randomUUID()}@courrier.example`;
const pathOf = (more = '') => `/v1/permissions/scrub?purposeId=${shop.newsletterId}&channel=email${more}`;
const scrub = (raw: string, more = '', as: Client = service!) =>
  as.send('POST', pathOf(more), undefined, { raw, contentType: 'text/csv', key: null });
const idOf = ({ headers }: { headers: Headers }) => headers.get('greffe-scrub-id') ?? '';
const recordOf = async (scrubId: string) =>
  expectStatus(await auditor!.get(`/v1/scrubs/${scrubId}`), 200).body;

async function subscriber(address = mailbox()): Promise<string> {
  const subjectId = await registerPerson(service!, [email(address)]);
  expectStatus(await service!.post(`/v1/subjects/${subjectId}/consents`, consentBody(shop)), 201);
  return subjectId;
}

/** A file that is sent by hand. */
interface Sent {
  readonly sending: ClientRequest;
  readonly response: IncomingMessage;
}

/** Sends a file, with or without its end, and gives the answer as it comes. */
function sent(body: string | Uint8Array, { isOpen = false } = {}): Promise<Sent> {
  const headers = { ...service!.credentials(), 'content-type': 'text/csv' };
  return new Promise((resolve, reject) => {
    const sending = request(new URL(service!.url + pathOf()), { method: 'POST', agent: false, headers });
    sending.on('response', (response) => resolve({ sending, response }));
    sending.on('error', reject);
    sending.write(body);
    if (!isOpen) sending.end();
  });
}

/** What had come until an answer ended, and whether it was cut. */
async function untilEnd({ response }: Sent): Promise<{ readonly isCut: boolean; readonly bytes: Buffer }> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return { isCut: false, bytes: Buffer.concat(chunks) };
  } catch {
    return { isCut: true, bytes: Buffer.concat(chunks) };
  }
}

const run = promisify(execFile);

/** What the tool of the how-to says. */
async function tool(...args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string }> {
  const script = join(process.cwd(), 'apps/docs/how-to/prove-a-row.mjs');
  return run(process.execPath, [script, ...args]).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: unknown) => error as { readonly code: number; readonly stdout: string },
  );
}

describe('a file of a spreadsheet', () => {
  it('comes back row by row, in its order, with the answer behind each', async () => {
    const [yes, no] = [mailbox(), mailbox()];
    await subscriber(yes);
    await registerPerson(service!, [email(no)]);
    const rows = [
      'Prénom;E-mail;note',
      `Zoé;${yes.toUpperCase()};"a;b ""c"""`,
      `Bob;${no};`,
      `Nobody;${mailbox()};`,
      'Wrong;not an address;',
      `Short;${yes}`,
      `Long;${yes};a;true`,
      'Empty;;',
      `Zoé;${yes};;;`,
    ];
    const answer = expectStatus(await scrub(`\ufeff${rows.join('\r\n')}\r\n`), 200);
    expect(answer.headers.get('content-type')).toBe('text/csv; header=present');
    const [header, ...lines] = answer.text.replace(/^\ufeff/, '').split('\r\n');
    expect(header).toBe('Prénom;E-mail;note;permitted;reasons;validUntil;policyVersion;problem');
    const policy = /;(fr-\d{4}-\d\d-\d\d);/.exec(answer.text)?.[1] ?? 'none';
    expect(lines[0]?.startsWith(`Zoé;${yes.toUpperCase()};"a;b ""c""";true;;20`)).toBe(true);
    expect(lines.slice(1)).toEqual([
      `Bob;${no};;false;consent-missing;;${policy};`,
      expect.stringMatching(/^Nobody;[^;]+;;false;person-unknown/),
      'Wrong;not an address;;false;;;;not-an-email',
      `Short;${yes};;false;;;;wrong-number-of-columns`,
      `Long;${yes};a;false;;;;wrong-number-of-columns`,
      'Empty;;;false;;;;empty',
      expect.stringMatching(new RegExp(`^Zoé;${yes};;true;`)),
      '',
    ]);
    const scrubId = idOf(answer);
    expect(await recordOf(scrubId)).toMatchObject({
      ...{ scrubId, purposeId: shop.newsletterId, channel: 'email', policyVersion: policy },
      ...{ rows: 8, permitted: 2, refused: 2, unreadable: 4, root: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  it('says by its columns whom a row is about, and is answered as single questions are', async () => {
    const [here, gone] = [await subscriber(), await subscriber()];
    const withdrawal = {
      purposeId: shop.newsletterId,
      channels: ['email'],
      source: { kind: 'phone-call' },
    };
    expectStatus(await service!.post(`/v1/subjects/${gone}/withdrawals`, withdrawal), 201);
    const file = `subjectId,email\n${here},\n${gone.toUpperCase()},${mailbox()}\nnobody,\n`;
    const lines = expectStatus(await scrub(file), 200).text.split('\n');
    expect(lines[1]).toMatch(new RegExp(`^${here},,true,`));
    expect(lines[2]).toContain(',false,withdrawn consent-missing,');
    expect(lines[3]).toBe('nobody,,false,,,,not-a-uuid');
  });

  it('keeps its bytes, whatever its encoding', async () => {
    const { bytes } = await untilEnd(await sent(Buffer.from(`nom;email\r\nZoé;${mailbox()}\r\n`, 'latin1')));
    expect(bytes.includes(Buffer.from('\nZoé;', 'latin1'))).toBe(true);
  });

  it('goes in while its answers come out', async () => {
    const rows = 4000;
    const half = Array.from({ length: rows / 2 }, () => `${mailbox()}\n`).join('');
    const { sending, response } = await sent(`email\n${half}`, { isOpen: true });
    let lines = 0;
    let isOver = false;
    response.on('data', (chunk: Buffer) => (lines += chunk.toString().split('\n').length - 1));
    response.on('end', () => (isOver = true));
    await eventually(
      () => Promise.resolve(lines),
      (count) => count > rows / 4,
    );
    expect(isOver).toBe(false);
    sending.end(half);
    await eventually(
      () => Promise.resolve(isOver),
      (over) => over,
    );
    expect(lines).toBe(rows + 1);
    expect(await recordOf(String(response.headers['greffe-scrub-id']))).toMatchObject({
      ...{ rows, permitted: 0, refused: rows, unreadable: 0 },
    });
  });
});

describe('the act', () => {
  it('lets each row be proven by its own answer, and by no other', async () => {
    const addresses = Array.from({ length: 11 }, mailbox);
    await subscriber(addresses[3]);
    const file = `nom;email\r\n${addresses.map((address) => `"x;y";${address}\r\n`).join('')}`;
    const answer = expectStatus(await scrub(file), 200);
    const { root } = await recordOf(idOf(answer));
    const [answers, proofFile] = [join(folder, 'answers.csv'), join(folder, 'proof.json')];
    await writeFile(answers, answer.text);
    const salt = answer.headers.get('greffe-scrub-salt') ?? '';
    for (const row of [1, 4, 8, 11]) {
      const { stdout } = await tool('prove', answers, salt, String(row));
      const proof = JSON.parse(stdout) as object;
      expect(proof).toMatchObject({ row, rows: 11, key: addresses[row - 1], permitted: String(row === 4) });
      expect(stdout).not.toContain(salt);
      await writeFile(proofFile, stdout);
      expect((await tool('verify', proofFile, root)).code).toBe(0);
      const lies = [{ permitted: 'maybe' }, { key: mailbox() }, { row: (row % 11) + 1 }, { validUntil: 'x' }];
      for (const lie of lies) {
        await writeFile(proofFile, JSON.stringify({ ...proof, ...lie }));
        expect((await tool('verify', proofFile, root)).code).toBe(1);
      }
    }
  });

  it('names nobody, and keeps neither file nor salt', async () => {
    const address = mailbox();
    const answer = expectStatus(await scrub(`email\n${address}\n`), 200);
    const scrubId = idOf(answer);
    const act = await eventually(
      async () => {
        const { body } = await auditor!.get('/v1/changes?types=ScrubRecorded&limit=500');
        return body.items.find(({ data }: { data: { scrubId: string } }) => data.scrubId === scrubId);
      },
      (found) => found !== undefined,
    );
    expect(act).toMatchObject({ stream: `scrub-${scrubId}`, subjectIds: [] });
    expect(JSON.stringify(act)).not.toContain(answer.headers.get('greffe-scrub-salt'));
    expect(JSON.stringify(act)).not.toContain(address);
  });

  it('is of a file without rows as well', async () => {
    const answer = expectStatus(await scrub('email\r\n'), 200);
    expect(answer.text).toBe('email;permitted;reasons;validUntil;policyVersion;problem\r\n');
    const root = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect(await recordOf(idOf(answer))).toMatchObject({ rows: 0, root });
    expect((await auditor!.get(`/v1/scrubs/${randomUUID()}`)).status).toBe(404);
  });
});

describe('nothing is recorded', () => {
  it('of what is no campaign file, nor for those who only read', async () => {
    const before = await ledger.countEvents();
    for (const text of ['', '\r\n', 'nom;ville\r\na;b\r\n', 'x'.repeat(100_000)]) {
      const refused = await scrub(text);
      expect([refused.status, refused.body.errors[0].pointer]).toEqual([400, '/header']);
    }
    expect((await scrub('email\nx\n', '', auditor)).status).toBe(403);
    expect((await service!.post(pathOf(), { email: 'x' })).status).toBe(415);
    expect((await scrub('email\nx\n', '&at=yesterday')).status).toBe(400);
    expect(await ledger.countEvents()).toBe(before);
  });

  it('where a file cannot be read on: the rows before are answered, a line says why, the rest is cut', async () => {
    const before = await ledger.countEvents();
    const file = `email;a\n${mailbox()};\n${mailbox()};"never closed\n${mailbox()};\n`;
    const { isCut, bytes } = await untilEnd(await sent(file));
    expect(isCut).toBe(true);
    const lines = bytes.toString().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[2]).toBe(';;false;;;;quote-not-closed');
    expect(await ledger.countEvents()).toBe(before);
  });

  it('where the client goes away before the end', async () => {
    const before = await ledger.countEvents();
    const rows = `${mailbox()}\n`.repeat(600);
    const { sending, response } = await sent(`email\n${rows}`, { isOpen: true });
    sending.on('error', () => undefined);
    response.on('error', () => undefined);
    sending.destroy();
    expectStatus(await scrub(`email\n${mailbox()}\n`), 200);
    const given = String(response.headers['greffe-scrub-id']);
    expect((await auditor!.get(`/v1/scrubs/${given}`)).status).toBe(404);
    expect(await ledger.countEvents()).toBe(before + 1);
  });

  it('where the act cannot be appended: the answer has no end', async () => {
    const before = await ledger.countEvents();
    await ledger.store.refuseLooks('scrub');
    try {
      const { isCut, bytes } = await untilEnd(await sent(`email\n${mailbox()}\n`));
      expect([isCut, bytes.toString().split('\n').length]).toEqual([true, 3]);
    } finally {
      await ledger.store.heal();
    }
    expect(await ledger.countEvents()).toBe(before);
  });
});
