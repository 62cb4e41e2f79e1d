import { Body, Controller } from '@nestjs/common';
import { AckDto, Ctx, LedgerGet, LedgerPost, Problem, UuidParam } from '#http';
import { defined } from '#kernel';
import { Tokens, type CommandContext } from '#runtime';
import { StatedPreferences } from '../application/preferences.js';
import { PreferencesDto, StatePreferencesDto } from './preferences.dto.js';

/** What a person likes to read, and how often: neither a yes nor a no to being contacted. */
@Controller('v1/subjects/:subjectId/preferences')
export class PreferencesController {
  constructor(
    private readonly preferences: StatedPreferences,
    private readonly tokens: Tokens,
  ) {}

  @LedgerPost('', {
    scope: 'consents:write',
    summary: 'State what a person likes to read; never makes or ends a consent',
    answer: AckDto,
  })
  async state(
    @UuidParam('subjectId') subjectId: string,
    @Body() { topics, frequency, indicatedBy, source, occurredAt }: StatePreferencesDto,
    @Ctx() context: CommandContext,
  ): Promise<AckDto> {
    const wishes = topics.map(({ topic, wanted }) => ({ topic, wanted }));
    const stated = { subjectId, topics: wishes, frequency, indicatedBy, source };
    const input = defined({ ...stated, occurredAt: occurredAt ?? context.now });
    return this.tokens.ack(await this.preferences.state(input, context));
  }

  @LedgerGet('', {
    scope: 'consents:read',
    summary: 'What a person likes to read',
    answer: PreferencesDto,
  })
  async read(@UuidParam('subjectId') subjectId: string): Promise<PreferencesDto> {
    const status = await this.preferences.statusOf(subjectId);
    if (status === 'unknown') throw new Problem('not-found');
    if (status === 'erased') throw new Problem('erased');
    const standing = await this.preferences.of(subjectId);
    if (standing === undefined) return { subjectId, topics: [] };
    const { topics, frequency, occurredAt } = standing;
    return defined({ subjectId, topics, frequency, statedAt: occurredAt });
  }
}
