import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { rejectionCodes } from '#kernel';
import {
  problemIndexMarkdown,
  problemIndexPage,
  problemMarkdown,
  problemPage,
  problemSlugs,
} from './problem-pages.js';
import { isProblemCode, problems } from './problems.js';
import { platformCodes } from './problems/platform-code.js';

// Goal: every code has a complete line and a page in both languages, and the pages in the documentation are exactly
// what the table says (`npm run docs:problems` writes them). Method: over the whole table, and file by file.

const folder = fileURLToPath(new URL('../../../apps/docs/problems/', import.meta.url));

describe('the table of problems', () => {
  it('has one line per code and nothing else', () => {
    expect([...problemSlugs]).toEqual([...rejectionCodes, ...platformCodes].sort());
  });

  it.each(problemSlugs)('%s is told whole in both languages', (code) => {
    const { status, retry, retryAfterSeconds, fr, en } = problems[code];
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    for (const text of [fr.title, fr.detail, fr.wayOut, en.title, en.detail, en.wayOut]) {
      expect(text.trim()).toBe(text);
      expect(text.length).toBeGreaterThan(5);
      expect(text).not.toContain('\n');
    }
    expect(fr.title).not.toBe(en.title);
    expect(fr.title.endsWith('.')).toBe(false);
    if (status === 503) expect([retry, typeof retryAfterSeconds]).toEqual(['later', 'number']);
    if (retryAfterSeconds !== undefined) expect(retry).toBe('later');
  });

  it('knows its codes from other words', () => {
    expect(isProblemCode('erased')).toBe(true);
    expect(isProblemCode('toString')).toBe(false);
  });
});

describe('the pages in the documentation', () => {
  beforeAll(() => {
    if (process.env['GREFFE_WRITE_DOCS'] !== '1') return;
    mkdirSync(folder, { recursive: true });
    for (const file of readdirSync(folder)) rmSync(`${folder}${file}`);
    writeFileSync(`${folder}README.md`, problemIndexMarkdown());
    for (const code of problemSlugs) writeFileSync(`${folder}${code}.md`, problemMarkdown(code));
  });

  const read = (name: string): string => readFileSync(`${folder}${name}`, 'utf8');

  it.each(problemSlugs)('%s.md is what the table says', (code) => {
    expect(read(`${code}.md`)).toBe(problemMarkdown(code));
  });

  it('the table of contents too, and no page is left over', () => {
    expect(read('README.md')).toBe(problemIndexMarkdown());
    expect(readdirSync(folder).sort()).toEqual(
      ['README.md', ...problemSlugs.map((code) => `${code}.md`)].sort(),
    );
  });
});

describe('the pages of the server', () => {
  it.each(['fr', 'en'] as const)('tell each problem in %s', (language) => {
    for (const code of problemSlugs) {
      const page = problemPage(code, language);
      expect(page).toContain(`<html lang="${language}">`);
      expect(page).toContain(`<code>${code}</code>`);
      expect(page).not.toMatch(/<script|style=|https?:/);
    }
  });

  it('the list leads to each of them', () => {
    const page = problemIndexPage('fr');
    for (const code of problemSlugs) expect(page).toContain(`href="/problems/${code}"`);
  });
});
