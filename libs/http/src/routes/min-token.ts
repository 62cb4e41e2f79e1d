import {
  createParamDecorator,
  Inject,
  Injectable,
  type ExecutionContext,
  type PipeTransform,
} from '@nestjs/common';
import { READ_SIDE, Tokens, type ReadSide } from '#runtime';
import type { LedgerRequest } from './request.js';

/** How long a read waits for its read model before it says `not-yet-consistent`, in milliseconds. */
const PATIENCE_MS = 2000;

interface WantedToken {
  readonly token: unknown;
  readonly projection: string;
  readonly where: Where;
}

/** Which rows the route reads: those of the primary, or of a replica if there is one. */
type Where = 'primary' | 'replica';

/** Waits until a projection has reached the request's `minToken`. */
@Injectable()
export class MinTokenPipe implements PipeTransform<WantedToken, Promise<string | undefined>> {
  constructor(
    private readonly tokens: Tokens,
    @Inject(READ_SIDE) private readonly readSide: ReadSide,
  ) {}

  async transform({ token, projection, where }: WantedToken): Promise<string | undefined> {
    if (typeof token !== 'string') return undefined;
    await this.tokens.waitFor(
      token,
      projection,
      PATIENCE_MS,
      where === 'replica' ? this.readSide : undefined,
    );
    return token;
  }
}

const WantedTokenParam = createParamDecorator(
  (wanted: Omit<WantedToken, 'token'>, host: ExecutionContext): WantedToken => {
    const query = host.switchToHttp().getRequest<LedgerRequest>().query as { readonly minToken?: unknown };
    return { token: query.minToken, ...wanted };
  },
);

/**
 * Waits, before the handler runs, until the projection has reached the request's `minToken`; the parameter is that
 * token. The route's query class extends `ReadQuery`. A route that reads by the `ReadSide` says `replica`, and waits for
 * the rows that it will read. Fails with `not-yet-consistent` or `token-of-another-store`.
 */
export const MinToken = (projection: string, where: Where = 'primary'): ParameterDecorator =>
  WantedTokenParam({ projection, where }, MinTokenPipe);
