import type { FastifyReply } from 'fastify';
import { PAGE_POLICY } from '../app/security-headers.js';
import type { UiLanguage } from '../problems/problem-type.js';

/** Answers with a page: its language, and a policy under which it loads nothing from elsewhere and runs no script. */
export function asPage(reply: FastifyReply, language: UiLanguage, markup: string): string {
  void reply.headers({
    'content-type': 'text/html; charset=utf-8',
    'content-language': language,
    'content-security-policy': PAGE_POLICY,
    vary: 'accept-language',
  });
  return markup;
}
