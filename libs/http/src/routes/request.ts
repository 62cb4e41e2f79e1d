import type { FastifyRequest } from 'fastify';
import type { CommandContext } from '#runtime';
import type { Caller } from '../access/caller.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it; `null` on public routes. */
    caller: Caller | null;
    /** The command's context once its row in the command log is open; `null` elsewhere. */
    commandContext: CommandContext | null;
    /** The body as it was sent, before the handler's view of it was made: what an idempotency key is tied to. */
    sentBody: unknown;
  }
}

/** The request of this process, as handlers and hooks see it. */
export type LedgerRequest = FastifyRequest;
