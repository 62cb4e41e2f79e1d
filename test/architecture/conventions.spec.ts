import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { anchorsOf, brokenLinks, linksOf } from './documents.js';
import { ROOT, filesBelow, foldersIn, textOf } from './source-tree.js';

// Goal: what a stranger meets first is what was promised: a short top level, a page per lib, links that lead
// somewhere, nothing unfinished, nothing twice. Method: read every text file of the repository.

const TOP_LEVEL = [
  ...['apps', 'libs', 'test'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'nest-cli.json'],
  ...['README.md', 'LICENSE', 'docker-compose.yml', 'Dockerfile'],
];
const REQUIRED = TOP_LEVEL.filter((name) => name !== 'Dockerfile');

const BINARY = /\.(png|jpe?g|gif|ico|woff2?|pdf|ods|zip|gz|glb)$/;
const libs = foldersIn('libs');
const files = ['apps', 'libs', 'test', '.ci'].flatMap(filesBelow).concat(...filesAtTop());
const texts = new Map(files.filter((path) => !BINARY.test(path)).map((path) => [path, textOf(path)]));
const markdown = [...texts.keys()].filter((path) => path.endsWith('.md'));

function filesAtTop(): string[] {
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'package-lock.json' && !isIgnored(entry.name))
    .map(({ name }) => name);
}

/** Whether the top level's .gitignore keeps a name out of the repository. */
function isIgnored(name: string): boolean {
  return textOf('.gitignore')
    .split('\n')
    .map((line) => line.trim().replace(/^\/|\/$/g, ''))
    .filter((pattern) => pattern !== '' && !pattern.startsWith('#'))
    .some((pattern) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(name));
}

/** Places of a pattern in all texts, as `path:line: text`. */
function placesOf(pattern: RegExp): string[] {
  return [...texts].flatMap(([path, text]) =>
    text
      .split('\n')
      .flatMap((line, i) => (pattern.test(line) ? [`${path}:${String(i + 1)}: ${line.trim()}`] : [])),
  );
}

describe('the repository', () => {
  it('has a short top level', () => {
    const shown = readdirSync(ROOT).filter((name) => !name.startsWith('.') && !isIgnored(name));
    expect(shown.filter((name) => !TOP_LEVEL.includes(name))).toEqual([]);
    expect(REQUIRED.filter((name) => !shown.includes(name))).toEqual([]);
  });

  it('names files in kebab-case, with their role as infix', () => {
    const code = files.filter((path) => /^(apps|libs|test)\/.*\.(ts|tsx|js|mjs)$/.test(path));
    const name = /(^|\/)[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
    expect(code.length).toBeGreaterThan(50);
    expect(code.filter((path) => !name.test(path))).toEqual([]);
  });

  it('holds no file twice', () => {
    const seen = new Map<string, string>();
    const repeats: string[] = [];
    for (const [path, text] of texts) {
      const digest = createHash('sha256').update(text.replace(/\s+/g, ' ')).digest('hex');
      const first = seen.get(digest);
      if (first !== undefined && text.trim() !== '') repeats.push(`${path} = ${first}`);
      seen.set(digest, path);
    }
    expect(repeats).toEqual([]);
  });

  it('holds no empty file', () => {
    expect([...texts].filter(([, text]) => text.trim() === '').map(([path]) => path)).toEqual([]);
  });
});

// The words are put together from parts, or this file would be its own first finding.
describe('nothing is unfinished', () => {
  it('no mark says that something is left to do', () => {
    const marks = [
      ['TO', 'DO'],
      ['FIX', 'ME'],
      ['X', 'XX'],
      ['HA', 'CK'],
      ['T', 'BD'],
      ['W', 'IP'],
    ];
    const words = marks.map((parts) => parts.join('')).join('|');
    expect(placesOf(new RegExp(`\\b(${words})\\b`))).toEqual([]);
    const phrases = [
      ['not', 'implemented'],
      ['lorem', 'ipsum'],
      ['coming', 'soon'],
    ];
    expect(placesOf(new RegExp(phrases.map((parts) => parts.join('( yet)? ')).join('|'), 'i'))).toEqual([]);
  });

  it('no test is left out or preferred', () => {
    // A suite for a store that is not there (a variable names it) may stand aside: `url ? describe : describe.skip`.
    const left = `(?<!\\? describe : )\\b(it|test|describe)\\.(${['sk', 'ip|on', 'ly|to', 'do'].join('')})\\b`;
    const short = `\\b(x|f)(it|describe)\\(`;
    expect(placesOf(new RegExp(`${left}|${short}`))).toEqual([]);
  });

  it('no rule of the lint is switched off for a whole file', () => {
    const comment = ['eslint', 'disable'].join('-');
    expect(placesOf(new RegExp(`/\\* ${comment}(?!-next-line)|@ts-${['no', 'check'].join('')}`))).toEqual([]);
  });
});

describe('no real person stands in the repository', () => {
  it('addresses are of domains that nobody can own (RFC 2606)', () => {
    const address = /[\p{L}\p{N}._%+-]+@(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}/gu;
    const found = [...texts].flatMap(([path, text]) =>
      (text.match(address) ?? []).map((a) => `${path}: ${a}`),
    );
    expect(found.filter((place) => !/[.@]example(\.(com|net|org))?$/i.test(place))).toEqual([]);
  });
});

describe('documents', () => {
  it('tell each lib on one page', () => {
    const without = libs.filter((lib) => !texts.get(`libs/${lib}/README.md`)?.startsWith('# '));
    expect(without).toEqual([]);
    const long = libs.filter((lib) => texts.get(`libs/${lib}/README.md`)!.trimEnd().split('\n').length > 60);
    expect(long).toEqual([]);
  });

  it('have links that lead somewhere', () => {
    expect(markdown.flatMap(brokenLinks)).toEqual([]);
  });

  it('are read as viewers read them', () => {
    const text = '[a](x.md "t") ![b](y.png)\n\n[c]: z.md\n`[d](no.md)`\n```\n[e](no.md)\n```\n';
    expect(linksOf(text)).toEqual(['x.md', 'y.png', 'z.md']);
    expect([...anchorsOf('# A b: `c`\n## Déjà vu\n## Déjà vu\n```\n# no\n```\n')]).toEqual([
      'a-b-c',
      'déjà-vu',
      'déjà-vu-1',
    ]);
  });
});
