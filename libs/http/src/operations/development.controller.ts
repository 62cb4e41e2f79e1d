import { Body, Controller, Inject, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { isUuid } from '#kernel';
import { roles, type Role } from '../access/api-scopes.js';
import {
  DEVELOPMENT_TOKEN_SECONDS,
  DevelopmentIssuer,
  isLocalHostHeader,
  isLoopback,
} from '../access/development-issuer.js';
import { Problem } from '../problems/problem.js';
import { PublicPost } from '../routes/ledger-routes.js';
import type { LedgerRequest } from '../routes/request.js';
import { EnumField, IntField, TextField } from '../validation/fields.js';
import { invalidRequest } from '../validation/validate.js';

/** Who to be. */
export class DevelopmentTokenRequest {
  @EnumField(roles, { example: 'dpo' })
  role!: Role;

  @TextField({
    max: 100,
    optional: true,
    description: 'Who acts; for role `subject` the `subjectId` of that person.',
  })
  sub?: string;
}

/** A token of the development issuer. */
export class DevelopmentTokenDto {
  @TextField({ max: 4000, example: 'eyJhbGciOiJFZERTQSJ9…' })
  access_token!: string;

  @EnumField(['Bearer'])
  token_type!: 'Bearer';

  @IntField({ min: 1, max: DEVELOPMENT_TOKEN_SECONDS, description: 'Life in seconds.' })
  expires_in!: number;
}

/** Tokens for a first try. The controller exists only beside a development issuer. */
@ApiTags('Running')
@Controller('dev')
export class DevelopmentController {
  constructor(@Inject(DevelopmentIssuer) private readonly issuer: DevelopmentIssuer) {}

  @PublicPost('token', {
    summary: 'A token of any role, for trying things out on this machine.',
    answer: DevelopmentTokenDto,
    otherAnswers: { 403: { description: 'Asked for from elsewhere, or under another name.' } },
  })
  async token(
    @Body() { role, sub = `development-${role}` }: DevelopmentTokenRequest,
    @Req() request: LedgerRequest,
  ): Promise<DevelopmentTokenDto> {
    const isLocal = isLocalHostHeader(request.headers.host) && isLoopback(request.ip.replace(/^::ffff:/, ''));
    if (!isLocal) throw new Problem('forbidden', { note: 'Tokens are handed out to this machine only.' });
    if (role === 'subject' && !isUuid(sub)) throw invalidRequest([{ pointer: '/sub', code: 'not-a-uuid' }]);
    const token = await this.issuer.issue(role, sub);
    return { access_token: token, token_type: 'Bearer', expires_in: DEVELOPMENT_TOKEN_SECONDS };
  }
}
