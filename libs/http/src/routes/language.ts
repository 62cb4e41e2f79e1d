import type { FastifyRequest } from 'fastify';
import type { UiLanguage } from '../problems/problem-type.js';

const DEFAULT_LANGUAGE: UiLanguage = 'en';

/** The language that a request asks for by `Accept-Language` (RFC 9110, 12.5.4); English if it names neither. */
export function languageOf(request: Pick<FastifyRequest, 'headers'>): UiLanguage {
  return preferredLanguage(request.headers['accept-language']);
}

/** The better liked of French and English; at equal weight the one that is named first. */
export function preferredLanguage(header: string | undefined): UiLanguage {
  let best: { readonly language: UiLanguage; readonly weight: number } | undefined;
  for (const range of (header ?? '').slice(0, 500).split(',')) {
    const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
    const language = /^(fr|en)(-|$)/.exec(tag.trim())?.[1] as UiLanguage | undefined;
    const weight = weightOf(parameters);
    if (language !== undefined && weight > (best?.weight ?? 0)) best = { language, weight };
  }
  return best?.language ?? DEFAULT_LANGUAGE;
}

function weightOf(parameters: readonly string[]): number {
  const quality = parameters.map((text) => /^\s*q=([01](\.\d{0,3})?)\s*$/.exec(text)?.[1]).find(Boolean);
  return quality === undefined ? 1 : Number(quality);
}
