import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { ROOT, textOf } from './source-tree.js';

/** Links of a Markdown file that lead nowhere: no such file, or no such heading in it. */
export function brokenLinks(path: string): string[] {
  return linksOf(textOf(path))
    .filter((link) => !/^([a-z][a-z0-9+.-]*:|\/)/i.test(link))
    .filter((link) => isBroken(path, link))
    .map((link) => `${path} → ${link}`);
}

/** Targets of all links and images of a Markdown text; code is no link. */
export function linksOf(markdown: string): string[] {
  const prose = markdown.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');
  const inline = prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g);
  const references = prose.matchAll(/^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)/gm);
  return [...inline, ...references].map(([, target]) => target ?? '');
}

/** Anchors of all headings of a Markdown text, as the usual viewers make them. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  const prose = markdown.replace(/^(```|~~~)[\s\S]*?^\1/gm, '');
  for (const [, heading] of prose.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const plain = (heading ?? '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');
    let anchor = slug;
    for (let repeat = 1; anchors.has(anchor); repeat += 1) anchor = `${slug}-${String(repeat)}`;
    anchors.add(anchor);
  }
  for (const [, id] of prose.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id ?? '');
  return anchors;
}

function isBroken(from: string, link: string): boolean {
  const [file = '', anchor] = decodeURIComponent(link).split('#', 2);
  const target = file === '' ? from : posix.join(posix.dirname(from), file);
  if (!existsSync(join(ROOT, target))) return true;
  if (anchor === undefined || !target.endsWith('.md')) return false;
  return !anchorsOf(textOf(target)).has(anchor);
}
