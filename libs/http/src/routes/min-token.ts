import { createParamDecorator, Injectable, type ExecutionContext, type PipeTransform } from '@nestjs/common';
import { Tokens } from '#runtime';
import type { LedgerRequest } from './request.js';

/** How long a read waits for its read model before it says `not-yet-consistent`, in milliseconds. */
const PATIENCE_MS = 2000;

interface WantedToken {
  readonly token: unknown;
  readonly projection: string;
}

/** Waits until a projection has reached the request's `minToken`. */
@Injectable()
export class MinTokenPipe implements PipeTransform<WantedToken, Promise<string | undefined>> {
  constructor(private readonly tokens: Tokens) {}

  async transform({ token, projection }: WantedToken): Promise<string | undefined> {
    if (typeof token !== 'string') return undefined;
    await this.tokens.waitFor(token, projection, PATIENCE_MS);
    return token;
  }
}

const WantedTokenParam = createParamDecorator((projection: string, host: ExecutionContext): WantedToken => {
  const query = host.switchToHttp().getRequest<LedgerRequest>().query as { readonly minToken?: unknown };
  return { token: query.minToken, projection };
});

/**
 * Waits, before the handler runs, until the projection has reached the request's `minToken`; the parameter is that
 * token. The route's query class extends `ReadQuery`. Fails with `not-yet-consistent` or `token-of-another-store`.
 */
export const MinToken = (projection: string): ParameterDecorator =>
  WantedTokenParam(projection, MinTokenPipe);
