import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { DemoModule } from '../../libs/http/src/app/demo.fixture.js';
import { startTestApp } from '../../libs/http/src/app/http-app.fixture.js';
import { barriersOn, browserHere, openBrowser, visit } from './browser.harness.js';
import { expectStatus, type Client } from './client.harness.js';
import { ask, confirmedForm, mailbox } from './consent-requests.harness.js';
import { AcceptanceLedger } from './server.harness.js';
import {
  consentBody,
  declareShop,
  email,
  newsletterState,
  registerPerson,
  type TestShop,
} from './shop.harness.js';

// Everybody can use the pages that are for people: with a screen reader, in the dark, in French and English, and with
// scripts switched off. Method: a real Chromium opens each of them; axe looks for barriers (WCAG 2.1 A and AA).

const isHere = browserHere() !== undefined;
const name = isHere
  ? 'pages in a browser'
  : 'pages in a browser: NOT RUN, there is no Chromium on this machine';
// Nothing but Node is needed to pass the tests; `.ci/run` sees to it that there is a browser.
const inBrowser = isHere ? describe : describe.skip;

inBrowser(name, () => {
  let browser: Browser;
  let ledger: AcceptanceLedger;
  let origin: string;
  let service: Client;
  let dpo: Client;
  let shop: TestShop;
  let confirmedFormId: string;

  beforeAll(async () => {
    browser = await openBrowser();
    ledger = await AcceptanceLedger.open();
    const server = await ledger.start();
    origin = server.url;
    [service, dpo] = [await ledger.client(server, 'service'), await ledger.client(server, 'dpo')];
    shop = await declareShop(dpo);
    confirmedFormId = await confirmedForm(dpo, shop);
  });
  afterAll(async () => {
    await browser?.close();
    await ledger?.close();
  });

  async function subscriber(): Promise<{ subjectId: string; unsubscribe: string }> {
    const subjectId = await registerPerson(service);
    expectStatus(await service.post(`/v1/subjects/${subjectId}/consents`, consentBody(shop)), 201);
    const links = [{ subjectId, purposeId: shop.newsletterId, channel: 'email' }];
    const minted = expectStatus(await service.post('/v1/unsubscribe-links', { links }, { key: null }), 200);
    return { subjectId, unsubscribe: new URL(minted.body.links[0].url).pathname };
  }

  const asked = async (): Promise<string> => (await ask(service, shop, await mailbox(service, dpo))).path;

  async function signedUp(): Promise<string> {
    const { confirmation } = expectStatus(
      await service.post('/v1/captures', {
        contactPoints: [email(`${randomUUID()}@courrier.example`)],
        formVersion: { formId: confirmedFormId, version: 1 },
        choices: [{ purposeId: shop.newsletterId, channels: ['email'], choice: 'given' }],
        source: { kind: 'web-form' },
      }),
      201,
    ).body;
    return new URL(confirmation.url).pathname;
  }

  describe.each(['fr', 'en'] as const)('for who reads %s, in light and in dark', (language) => {
    let page: Page;
    beforeAll(async () => {
      page = await visit(browser, origin, { language });
    });
    afterAll(() => page?.context().close());

    it.each(['/', '/policy', '/policy?at=1999-01-01', '/problems', '/problems/subject-erased', '/u/damaged'])(
      '%s has no barrier',
      async (path) => {
        await page.goto(path);
        expect(await page.locator('html').getAttribute('lang')).toBe(language);
        expect(await barriersOn(page)).toEqual([]);
      },
    );

    it('/ of an installation to try has no barrier', async () => {
      const { app, send } = await startTestApp(DemoModule);
      const { text } = await send({ path: '/', headers: { 'accept-language': language } });
      await app.close();
      expect(text).toContain('/dev/token');
      await page.route('/', (route) => route.fulfill({ contentType: 'text/html', body: text }));
      await page.goto('/');
      expect(await barriersOn(page)).toEqual([]);
      await page.unroute('/');
    });

    it.each([
      ['to choose', 'shop', 'input[value=yes]'],
      ['to confirm a sign-up', 'confirmed', undefined],
    ] as const)('%s: no barrier before the click, after it, and when it is late', async (_, kind, radio) => {
      const path = kind === 'shop' ? await asked() : await signedUp();
      for (const place of [`${path}/notice`, '/c/damaged', path]) {
        await page.goto(place);
        expect(await barriersOn(page)).toEqual([]);
      }
      if (radio !== undefined) {
        await page.locator('button').first().click();
        await page.locator('[role=status]').waitFor();
        expect(await barriersOn(page)).toEqual([]);
        await page.locator(radio).first().check();
      }
      await page.locator('button').first().click();
      await page.locator('h2').first().waitFor();
      expect(await barriersOn(page)).toEqual([]);
      await page.goto(path);
      await page.locator('[role=status]').waitFor();
      expect(await barriersOn(page)).toEqual([]);
    });

    it('for an agent on the telephone: no barrier before the person says stop, and none after it', async () => {
      const { subjectId } = await subscriber();
      const { callsId: purposeId, controllerId } = shop;
      const task = { subjectId, purposeId, channel: 'phone-human', controllerId };
      const link = expectStatus(await service.post('/v1/agent-links', task, { key: null }), 200);
      for (const place of ['/a/damaged', new URL(link.body.url).pathname]) {
        await page.goto(place);
        expect(await barriersOn(page)).toEqual([]);
      }
      const stop = page.locator('button[value=stop]');
      await stop.click();
      await stop.waitFor({ state: 'detached' });
      expect(await barriersOn(page)).toEqual([]);
    });

    it('to unsubscribe: no barrier before the click, and none after it', async () => {
      await page.goto((await subscriber()).unsubscribe);
      expect(await barriersOn(page)).toEqual([]);
      await page.locator('button').first().click();
      await page.locator('[role=status]').waitFor();
      expect(await barriersOn(page)).toEqual([]);
    });
  });

  it.each(['fr', 'en'] as const)('with scripts off, in %s: the click unsubscribes', async (language) => {
    const { subjectId, unsubscribe } = await subscriber();
    const page = await visit(browser, origin, { language, scripts: 'off' });
    await page.goto(unsubscribe);
    await page.locator('button').first().click();
    await page.locator('[role=status]').waitFor();
    expect(await page.context().cookies()).toEqual([]);
    const now = encodeURIComponent(new Date().toISOString());
    const { body } = expectStatus(await dpo.get(`/v1/subjects/${subjectId}?at=${now}`), 200);
    expect(newsletterState(shop, body)?.state).toBe('withdrawn');
    await page.context().close();
  });

  it.each(['fr', 'en'] as const)(
    'with scripts off, in %s: one click each says yes and no',
    async (language) => {
      const page = await visit(browser, origin, { language, scripts: 'off' });
      for (const [button, isYes] of [
        [0, true],
        [1, false],
      ] as const) {
        await page.goto(await signedUp());
        await page.locator('button').nth(button).click();
        await page.locator('[role=status]').waitFor();
        expect(await page.locator('a[href^="/u/"]').count()).toBe(isYes ? 1 : 0);
      }
      expect(await page.context().cookies()).toEqual([]);
      await page.context().close();
    },
  );

  it('a barrier would be found: a text that nobody can read, a picture that says nothing', async () => {
    const page = await visit(browser, origin, { language: 'en' });
    await page.setContent('<p style="color:#999;background:#fff">too faint</p><img src="data:,">');
    const found = (await barriersOn(page)).join('\n');
    for (const rule of ['color-contrast', 'image-alt', 'html-has-lang']) expect(found).toContain(rule);
    await page.context().close();
  });
});
