import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DemoModule } from '../app/demo.fixture.js';
import { startTestApp, type TestApp } from '../app/http-app.fixture.js';
import { html } from './html.js';

// Goal: whoever opens an address of the server in a browser learns in their language where they are and where to go
// on; the pages load nothing from elsewhere and can be read by a screen reader.

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp(DemoModule);
});
afterAll(() => server.app.close());

const french = { 'accept-language': 'fr-CA, en;q=0.3' };

describe('the landing page', () => {
  it.each([
    ['fr', french, 'Le registre des consentements'],
    ['en', {}, 'The registry of consents'],
  ] as const)('says in %s what this is and leads on', async (language, headers, title) => {
    const page = await server.send({ path: '/', headers });
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect([page.headers['content-language'], page.headers['vary']]).toEqual([language, 'accept-language']);
    expect(page.text).toContain(`<html lang="${language}">`);
    expect(page.text).toContain(`<h1>${title}</h1>`);
    for (const target of ['/docs', '/openapi.json', '/problems', '/readyz'])
      expect(page.text).toContain(`href="${target}"`);
    expect(page.text).toContain('http://127.0.0.1:8080/dev/token');
  });

  it('says nothing of trial tokens where there are none', async () => {
    const other = await startTestApp(DemoModule, {
      identity: { kind: 'none' },
      publicUrl: 'https://ledger.example',
    });
    const page = await other.send({ path: '/' });
    expect(page.text).not.toContain('/dev/token');
    expect(page.headers['strict-transport-security']).toContain('max-age=');
    await other.app.close();
  });
});

describe('every page', () => {
  it.each(['/', '/problems', '/problems/erased', '/docs'])('%s stands for itself', async (path) => {
    for (const headers of [french, {}]) {
      const { status, text } = await server.send({ path, headers });
      expect(status).toBe(200);
      expect(text).toMatch(/^<!doctype html>/);
      expect(text).toContain('<main');
      expect(text).toMatch(/<title>[^<]+<\/title>/);
      expect(text).toContain('name="viewport"');
      // Every address that is loaded is ours, and no style or script stands in the page itself.
      for (const [, target] of text.matchAll(/(?:src|href)="([^"]*)"/g))
        expect(target).toMatch(/^(\/(?!\/)|#)/);
      expect(text).not.toMatch(/\sstyle=|<style|\son\w+=|<script>/);
      for (const [, source] of text.matchAll(
        /(?:<script src|rel="stylesheet" href|rel="icon" href)="([^"]*)"/g,
      )) {
        expect((await server.send({ path: source ?? '' })).status).toBe(200);
      }
    }
  });

  it('has a style sheet for light and dark', async () => {
    const { headers, text } = await server.send({ path: '/assets/pages.css' });
    expect(headers['content-type']).toBe('text/css; charset=utf-8');
    expect(text).toContain('prefers-color-scheme: dark');
    expect(text).not.toMatch(/url\(|@import/);
  });

  it('of a problem that does not exist is a problem', async () => {
    expect((await server.send({ path: '/problems/no-such-thing' })).json.code).toBe('not-found');
    expect((await server.send({ path: '/problems/constructor' })).json.code).toBe('not-found');
  });
});

describe('markup from a template', () => {
  it('escapes every text that is put into it', () => {
    const text = `<b title="x">'&`;
    const escaped = '&lt;b title=&quot;x&quot;&gt;&#39;&amp;';
    expect(html`<p>${text}</p>`.markup).toBe(`<p>${escaped}</p>`);
    expect(html`<p title="${text}">${7}</p>`.markup).toBe(`<p title="${escaped}">7</p>`);
    expect(html`<p>${[html`<i>${text}</i>`, html`<i></i>`]}</p>`.markup).toBe(
      `<p><i>${escaped}</i><i></i></p>`,
    );
  });
});
