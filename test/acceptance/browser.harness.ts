import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';

/** No page of ours takes as long, in milliseconds; a browser that hangs fails the test. */
const PATIENCE_MS = 60_000;

/** Where a machine has its Chromium or Chrome; `GREFFE_TEST_BROWSER` names another one. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The rules that must hold: WCAG 2.1, levels A and AA. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];

/** What a visitor prefers. */
export interface Visitor {
  readonly language: 'fr' | 'en';
  /** Default: as browsers come. */
  readonly scripts?: 'off';
}

/** The browser of this machine; `undefined`: there is none. */
export function browserHere(): string | undefined {
  const named = process.env['GREFFE_TEST_BROWSER'];
  return named ?? PLACES.find((path) => existsSync(path));
}

/** Starts the browser of this machine. Throws if there is none. */
export function openBrowser(): Promise<Browser> {
  const executablePath = browserHere();
  if (executablePath === undefined) {
    throw new Error(`No Chromium here: install Debian's "chromium", or name one in GREFFE_TEST_BROWSER`);
  }
  // Root has no sandbox to give, and it opens nothing but pages of ours.
  return chromium.launch({ executablePath, chromiumSandbox: false, timeout: PATIENCE_MS });
}

/** A page of a visitor who has never been here; whatever it loads from elsewhere is a failure of the test. */
export async function visit(browser: Browser, origin: string, visitor: Visitor): Promise<Page> {
  const context = await browser.newContext({
    baseURL: origin,
    locale: visitor.language === 'fr' ? 'fr-FR' : 'en-GB',
    javaScriptEnabled: visitor.scripts !== 'off',
  });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.route(
    (url) => url.origin !== origin,
    (route) => route.abort(),
  );
  return context.newPage();
}

/** What hinders people on a page, in light and in dark (WCAG 2.1 A and AA): the rule, and where it is broken. */
export async function barriersOn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const lines = await page.evaluate(async (values) => {
      const { axe: here } = globalThis as unknown as { axe: typeof axe };
      const { violations } = await here.run({ runOnly: { type: 'tag', values } });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
    }, RULES);
    found.push(...lines.map((line) => `${page.url()} in ${colorScheme}: ${line}`));
  }
  return found;
}
