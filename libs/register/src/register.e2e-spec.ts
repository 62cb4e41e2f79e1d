import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleOf, validate } from '#http';
import { parisDay, type Instant, type JsonObject } from '#kernel';
import { exampleActivityId, exampleControllerId, examplePurposeId } from './examples.js';
import {
  FormVersionViewDto,
  PublishFormDto,
  PublishFormVersionDto,
  RetireFormDto,
} from './http/collection-form.dto.js';
import { DataControllerDto, DataControllerViewDto } from './http/data-controller.dto.js';
import { NoticeVersionViewDto, PublishNoticeDto, PublishNoticeVersionDto } from './http/notice.dto.js';
import {
  ProcessingActivityDto,
  ProcessingActivityViewDto,
  RetireActivityDto,
} from './http/processing-activity.dto.js';
import {
  DataControllerPageDto,
  FormPageDto,
  NoticePageDto,
  PurposePageDto,
  RegisterPageDto,
} from './http/pages.dto.js';
import { PurposeDto, PurposeViewDto, RetirePurposeDto } from './http/purpose.dto.js';
import { startRegister, type Answer, type RegisterApp } from './register.harness.js';

let register: RegisterApp;
beforeAll(async () => {
  register = await startRegister();
});
afterAll(() => register.stop());

const controller = exampleOf(DataControllerDto);
const purpose = exampleOf(PurposeDto);
const notice = exampleOf(PublishNoticeDto);
const form = exampleOf(PublishFormDto);
const activity = exampleOf(ProcessingActivityDto);

const post = (path: string, json: unknown, headers?: Record<string, string>) =>
  register.send('POST', path, json, headers);
const put = (path: string, json: unknown, tag?: string) =>
  register.send('PUT', path, json, tag === undefined ? {} : { 'if-match': tag });
const get = (path: string, headers?: Record<string, string>) =>
  register.send('GET', path, undefined, headers);
/** Reads at least what a command recorded. */
const after = ({ body }: Answer, path: string) =>
  get(`${path}${path.includes('?') ? '&' : '?'}minToken=${encodeURIComponent(String(body.token))}`);
const tagOf = ({ headers }: Answer): string => headers.get('etag') ?? '';

/** An instant after all that was recorded, and before all that will be. */
async function aMomentLater(): Promise<Instant> {
  await pause(20);
  const moment = new Date().toISOString();
  await pause(20);
  return moment;
}

/** Returns once nothing that was received before a moment can still be recorded. */
async function untilSettled(moment: Instant): Promise<void> {
  for (;;) {
    const { status } = await get(`/v1/register?knownAs=${moment}`);
    if (status === 200) return;
    await pause(100);
  }
}

/** The example's data controller stands; declaring it again is no news. */
const controllerStands = () => post('/v1/controllers', controller);

describe('the documented examples', () => {
  it('execute one after the other', async () => {
    const declared = await post('/v1/controllers', controller);
    expect(declared.status).toBe(201);
    expect(declared.body).toMatchObject({ controllerId: exampleControllerId, appended: 1, revision: 0 });
    expect(await post('/v1/purposes', purpose)).toMatchObject({
      status: 201,
      body: { purposeId: examplePurposeId },
    });
    const published = await post('/v1/notices', notice);
    expect(published).toMatchObject({ status: 201, body: { version: 1 } });
    const { noticeId } = published.body;
    expect(await post(`/v1/notices/${noticeId}/versions`, exampleOf(PublishNoticeVersionDto))).toMatchObject({
      status: 201,
    });
    const shown = { noticeId, version: 1 };
    const kept = await post('/v1/collection-forms', { ...form, notice: shown });
    expect(kept).toMatchObject({ status: 201, body: { version: 1 } });
    const forms = `/v1/collection-forms/${kept.body.formId}/versions`;
    expect(await post(forms, { ...exampleOf(PublishFormVersionDto), notice: shown })).toMatchObject({
      status: 201,
    });
    expect(await post(`${forms}/1/retire`, exampleOf(RetireFormDto))).toMatchObject({ status: 201 });
    expect(await post('/v1/processing-activities', activity)).toMatchObject({
      status: 201,
      body: { activityId: exampleActivityId },
    });
    for (const [path, body] of [
      [`/v1/controllers/${exampleControllerId}`, controller],
      [`/v1/purposes/${examplePurposeId}`, purpose],
      [`/v1/processing-activities/${exampleActivityId}`, activity],
    ] as const) {
      expect(await put(path, body, '"0"')).toMatchObject({ status: 200, body: { appended: 0 } });
    }
    expect(await post(`/v1/purposes/${examplePurposeId}/retire`, exampleOf(RetirePurposeDto))).toMatchObject({
      status: 201,
    });
    const ended = await post(
      `/v1/processing-activities/${exampleActivityId}/retire`,
      exampleOf(RetireActivityDto),
    );
    expect(ended).toMatchObject({ status: 201, body: { appended: 1 } });
    const { body } = await after(ended, '/v1/register');
    expect(body.items).toMatchObject([{ reference: 'crm-prospection', ending: { reason: 'ended' } }]);
  });
});

describe('a code', () => {
  const newsletter = { ...purpose, code: 'catalogue' };

  it('names one thing; saying the same again is no news', async () => {
    await controllerStands();
    expect(await post('/v1/purposes', newsletter)).toMatchObject({ status: 201, body: { appended: 1 } });
    expect(await post('/v1/purposes', newsletter)).toMatchObject({ status: 200, body: { appended: 0 } });
    const other = await post('/v1/purposes', { ...newsletter, kind: 'analytics' });
    expect(other).toMatchObject({ status: 409, body: { code: 'code-already-used' } });
  });

  it('is taken by one of many who want it at once', async () => {
    const wishes = Array.from({ length: 8 }, (_, i) => ({
      ...newsletter,
      code: 'concours',
      name: { fr: `Concours ${String(i)}` },
    }));
    const answers = await Promise.all(wishes.map((wish) => post('/v1/purposes', wish)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(409)]);
  });
});

describe('two people', () => {
  it('cannot overwrite each other', async () => {
    await controllerStands();
    const path = `/v1/purposes/${(await post('/v1/purposes', { ...purpose, code: 'sondage' })).body.purposeId}`;
    const tag = tagOf(await get(path));
    expect(tag).toBe('"0"');
    const wishes = Array.from({ length: 8 }, (_, i) => ({
      ...purpose,
      code: 'sondage',
      name: { fr: `Sondage ${String(i)}` },
    }));
    const answers = await Promise.all(wishes.map((wish) => put(path, wish, tag)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { body } of answers.filter(({ status }) => status !== 200)) {
      expect(['stale-revision', 'concurrent-change']).toContain(body.code);
    }
    const late = await put(path, wishes[0], tag);
    expect(late).toMatchObject({ status: 412, body: { code: 'stale-revision', currentRevision: 1 } });
    expect(await put(path, wishes[0])).toMatchObject({ status: 428 });
    expect(await put(`/v1/purposes/${randomUUID()}`, wishes[0], tag)).toMatchObject({
      status: 409,
      body: { code: 'purpose-unknown' },
    });
  });
});

describe('a notice', () => {
  const text = 'Vos données « à l’octet près » \\ "comme affichées".\r\n😀\t'.repeat(1500);

  it('is given back to the byte, with its hash, for ever under one tag', async () => {
    const published = await post('/v1/notices', {
      title: { fr: 'Longue' },
      texts: [{ language: 'fr', text }],
    });
    const path = `/v1/notices/${published.body.noticeId}/versions/1`;
    const read = await after(published, path);
    expect(read.status).toBe(200);
    expect(read.body.texts[0].text === text).toBe(true);
    expect(read.body.texts[0].sha256).toBe(createHash('sha256').update(text).digest('hex'));
    expect(published.body.appended).toBeGreaterThan(5);
    const again = await get(path, { 'if-none-match': tagOf(read) });
    expect(again).toMatchObject({ status: 304, body: undefined });
    const versions = `/v1/notices/${published.body.noticeId}/versions`;
    const next = {
      title: { fr: 'Courte' },
      texts: [{ language: 'fr', text: 'Court.' }],
      change: 'considerable',
    };
    const second = await post(versions, { ...next, version: 2 });
    expect(await after(second, `${versions}/2`)).toMatchObject({
      status: 200,
      body: { change: 'considerable' },
    });
    expect(tagOf(await get(path))).toBe(tagOf(read));
    expect(await post(versions, { ...next, version: 4 })).toMatchObject({
      status: 409,
      body: { code: 'version-skips' },
    });
    expect(await get(`${versions}/3`)).toMatchObject({ status: 404 });
    expect(await get(`${versions}/zero`)).toMatchObject({ status: 400 });
  });

  it('that names a person is refused with the place and without the value', async () => {
    const texts = [{ language: 'fr', text: 'Écrire à camille.durand@maison-corbel.example' }];
    const refused = await post('/v1/notices', { ...notice, texts });
    expect(refused).toMatchObject({ status: 409, body: { code: 'personal-data-in-text' } });
    expect(JSON.stringify(refused.body)).toContain('/texts/0/text');
    expect(JSON.stringify(refused.body)).not.toContain('camille');
  });
});

describe('a form', () => {
  it('is kept with the hash of what people could read', async () => {
    await controllerStands();
    const published = await post('/v1/notices', notice);
    const { noticeId } = published.body;
    const code = { ...purpose, code: 'formulaire' };
    const { purposeId } = (await post('/v1/purposes', code)).body;
    const offers = (form['offers'] as JsonObject[]).map((offer) => ({ ...offer, purposeId }));
    const asked = { ...form, offers, notice: { noticeId, version: 1 } };
    const kept = await post('/v1/collection-forms', asked);
    const path = `/v1/collection-forms/${kept.body.formId}/versions/1`;
    const { body } = await after(kept, path);
    expect(body.notice.sha256).toBe((await get(`/v1/notices/${noticeId}/versions/1`)).body.texts[0].sha256);
    const end = await post(`${path}/retire`, { validUntil: '2026-12-01T00:00:00Z' });
    expect((await after(end, path)).body.validUntil).toBe('2026-12-01T00:00:00.000Z');
    for (const [change, expected] of [
      [{ defaultState: 'checked' }, 'consent-was-pre-ticked'],
      [{ validityMonths: 24 }, 'consent-period-too-long'],
      [{ notice: { noticeId, version: 2 } }, 'notice-unknown'],
      [{ offers: offers.map((offer) => ({ ...offer, purposeId: randomUUID() })) }, 'purpose-unknown'],
      [{ language: 'de' }, 'notice-language-unknown'],
    ] as const) {
      expect((await post('/v1/collection-forms', { ...asked, ...change })).body.code).toBe(expected);
    }
  });
});

describe('the register', () => {
  const line = { ...activity, reference: 'fidelite', purposeIds: [] };

  it('says what each line lacks, today and on any past day', async () => {
    await controllerStands();
    const first = await post('/v1/processing-activities', {
      ...line,
      name: 'Fidélité',
      securityMeasures: [],
      occurredAt: '2026-01-10T08:00:00Z',
    });
    const path = `/v1/processing-activities/${first.body.activityId}`;
    const described = { ...line, name: 'Fidélité et parrainage', occurredAt: '2026-03-01T08:00:00Z' };
    expect(await put(path, described, '"0"')).toMatchObject({ status: 200, body: { revision: 1 } });
    const late = { ...line, name: 'Fidélité, essai', occurredAt: '2026-02-01T08:00:00Z' };
    const third = await put(path, late, '"1"');
    expect(third).toMatchObject({ status: 200, body: { revision: 2 } });

    const on = async (at: string) => {
      const { body } = await after(third, `/v1/register?at=${at}`);
      return body.items.find((item: JsonObject) => item['reference'] === 'fidelite');
    };
    expect(await on('2026-01-09')).toBeUndefined();
    expect(await on('2026-01-10')).toMatchObject({ name: 'Fidélité', complete: false });
    expect((await on('2026-01-31')).missing).toMatchObject([
      { element: 'controller', article: '30(1)(a)' },
      {
        element: 'security-measures',
        article: '30(1)(g)',
        label: { fr: expect.any(String), en: expect.any(String) },
      },
    ]);
    expect(await on('2026-02-15')).toMatchObject({ name: 'Fidélité, essai' });
    expect(await on('2026-03-02')).toMatchObject({ name: 'Fidélité et parrainage' });
    const { body } = await after(third, '/v1/register?role=controller');
    const today = body.items.find((item: JsonObject) => item['reference'] === 'fidelite');
    expect(today).toMatchObject({
      name: 'Fidélité et parrainage',
      complete: true,
      controller: { siren: '732829320' },
    });
    expect(today.missing).toMatchObject([
      { element: 'data-protection-officer', necessity: 'where-applicable' },
    ]);
    expect(tagOf(await get(path))).toBe('"2"');
    expect(await get('/v1/register?at=2999-01-01')).toMatchObject({ status: 400 });
  });

  it('tells what was known of a day, whatever was said about it later', async () => {
    const parrainage = { ...line, reference: 'parrainage', name: 'Parrainage' };
    const first = await post('/v1/processing-activities', {
      ...parrainage,
      occurredAt: '2026-01-10T08:00:00Z',
    });
    const then = await aMomentLater();
    const path = `/v1/processing-activities/${first.body.activityId}`;
    const corrected = { ...parrainage, name: 'Parrainage, corrigé', occurredAt: '2026-01-20T08:00:00Z' };
    const second = await put(path, corrected, '"0"');
    const newer = { ...line, reference: 'concours', name: 'Concours', occurredAt: '2026-01-15T08:00:00Z' };
    const third = await post('/v1/processing-activities', newer);

    await untilSettled(then);
    const lines = async (query: string) => {
      const { status, body } = await after(third, `/v1/register?${query}`);
      expect([query, status]).toEqual([query, 200]);
      const named = ['parrainage', 'concours'];
      const items = body.items.filter((item: JsonObject) => named.some((name) => name === item['reference']));
      return { knownAs: body.knownAs, at: body.at, names: items.map((item: JsonObject) => item['name']) };
    };
    const now = await lines('at=2026-02-01');
    expect(now).toMatchObject({ names: ['Concours', 'Parrainage, corrigé'] });
    expect(now.knownAs).toBeUndefined();
    const known = { instant: then, auditIndex: expect.any(Number) };
    expect(await lines(`at=2026-02-01&knownAs=${then}`)).toMatchObject({
      names: ['Parrainage'],
      knownAs: known,
    });
    expect(await lines(`at=2026-01-09&knownAs=${then}`)).toMatchObject({ names: [] });
    expect(await lines(`knownAs=${then}`)).toMatchObject({ names: ['Parrainage'], at: parisDay(then) });
    const before = { knownAs: { instant: '2026-01-31T00:00:00.000Z' }, at: '2026-02-01', names: [] };
    expect(await lines('at=2026-02-01&knownAs=2026-01-31T00:00:00Z')).toEqual(before);
    expect(second.status).toBe(200);
  });

  it('does not say what is known of a moment that is not settled', async () => {
    const { status, body } = await get(`/v1/register?knownAs=${new Date().toISOString()}`);
    expect([status, body.errors[0].pointer]).toEqual([400, '?knownAs']);
  });

  it('keeps the processor’s lines apart', async () => {
    const hosting = {
      ...line,
      reference: 'hebergement',
      role: 'processor',
      servedControllers: ['Atelier Vauban SARL'],
      occurredAt: '2026-01-10T08:00:00Z',
    };
    const recorded = await post('/v1/processing-activities', hosting);
    const { body } = await after(recorded, '/v1/register?role=processor');
    expect(body.items.map((item: JsonObject) => item['reference'])).toEqual(['hebergement']);
    const past = await get('/v1/register?role=processor&at=2026-02-01');
    expect(past.body.items.map((item: JsonObject) => item['reference'])).toEqual(['hebergement']);
    for (const path of ['/v1/register', '/v1/register?at=2026-02-01']) {
      expect(JSON.stringify((await get(path)).body)).not.toContain('hebergement');
    }
  });

  it('refuses what is forbidden', async () => {
    const health = [{ category: 'health', description: 'Allergies' }];
    const nir = [{ category: 'national-id', description: 'NIR' }];
    const record = (dataCategories: unknown) =>
      post('/v1/processing-activities', { ...line, reference: 'sante', dataCategories });
    expect((await record(health)).body.code).toBe('special-category-refused');
    expect((await record(nir)).body.code).toBe('national-id-refused');
    const huge = Array.from({ length: 40 }, () => ({ category: 'other', description: 'x'.repeat(2000) }));
    expect((await record(huge)).body).toMatchObject({ status: 413, code: 'payload-too-large' });
  });

  it('spells its codes out', async () => {
    const { body } = await get('/v1/register/vocabulary');
    expect(body.dataCategories.health).toEqual({ fr: 'Santé', en: 'Health' });
  });
});

describe('lists', () => {
  /** Walks a list page by page. */
  async function walk(path: string): Promise<JsonObject[]> {
    const items: JsonObject[] = [];
    let cursor = '';
    for (let pages = 0; pages < 50; pages += 1) {
      const { body, status } = await get(`${path}?limit=2${cursor}`);
      expect(status).toBe(200);
      items.push(...body.items);
      if (body.next === undefined) return items;
      expect(body.items).toHaveLength(2);
      cursor = `&cursor=${body.next}`;
    }
    throw new Error('the list does not end');
  }

  it('hold each item once, in order, whatever the page', async () => {
    await controllerStands();
    for (const legalName of ['Atelier Vauban SARL', 'Corbel Logistique', 'Atelier Vauban SARL']) {
      const { siren: _, ...stateless } = controller;
      await post('/v1/controllers', { ...stateless, legalName });
    }
    const last = await post('/v1/purposes', { ...purpose, code: 'zzz' });
    await after(last, '/v1/purposes');
    for (const [path, key] of [
      ['/v1/controllers', 'controllerId'],
      ['/v1/purposes', 'purposeId'],
      ['/v1/notices', 'noticeId'],
      ['/v1/register', 'activityId'],
    ] as const) {
      const [paged, whole] = [await walk(path), (await get(path)).body.items as JsonObject[]];
      expect(paged).toEqual(whole);
      expect(new Set(whole.map((item) => item[key])).size).toBe(whole.length);
    }
    expect((await walk('/v1/collection-forms')).length).toBeGreaterThan(1);
    const codes = (await walk('/v1/purposes')).map(({ code }) => code);
    expect(codes).toEqual([...codes].sort());
  });

  it.each(['/v1/controllers', '/v1/purposes', '/v1/notices', '/v1/collection-forms', '/v1/register'])(
    '%s refuses a cursor that it did not give',
    async (path) => {
      for (const parts of [[], ['x', 'y'], ['a\u0000'], [1], ['2026-13-45T00:00:00.000Z', 'x', 1e15]]) {
        const cursor = Buffer.from(JSON.stringify(parts)).toString('base64url');
        const { status } = await get(`${path}?cursor=${cursor}`);
        expect(status).toBe(400);
      }
    },
  );
});

describe('the documented answers', () => {
  it('are what is answered', async () => {
    const [form] = (await get('/v1/collection-forms')).body.items;
    const { noticeId, version } = form.notice;
    for (const [path, dto] of [
      ['/v1/controllers', DataControllerPageDto],
      [`/v1/controllers/${exampleControllerId}`, DataControllerViewDto],
      ['/v1/purposes', PurposePageDto],
      [`/v1/purposes/${examplePurposeId}`, PurposeViewDto],
      ['/v1/notices', NoticePageDto],
      [`/v1/notices/${noticeId}/versions/${version}`, NoticeVersionViewDto],
      ['/v1/collection-forms', FormPageDto],
      [`/v1/collection-forms/${form.formId}/versions/${form.version}`, FormVersionViewDto],
      [`/v1/processing-activities/${exampleActivityId}`, ProcessingActivityViewDto],
      ['/v1/register', RegisterPageDto],
      ['/v1/register?at=2026-02-15', RegisterPageDto],
    ] as const) {
      const { body } = await get(path);
      expect([path, validate<object>(dto, body, 'json')]).toEqual([path, body]);
    }
  });
});
