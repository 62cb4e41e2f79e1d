import { Body, Controller, Module, Query } from '@nestjs/common';
import { Unavailable } from '#event-store';
import { Personal, Rejection, type Uuid } from '#kernel';
import { CLOCK, type CommandContext } from '#runtime';
import type { Caller } from '../access/caller.js';
import { Problem } from '../problems/problem.js';
import {
  LedgerAsk,
  LedgerGet,
  LedgerPost,
  LedgerPut,
  PublicGet,
  PublicPost,
} from '../routes/ledger-routes.js';
import { PageQuery } from '../routes/page.js';
import { ActorOf, Ctx, IfMatchRevision, Lang, UuidParam } from '../routes/parameters.js';
import {
  ArrayField,
  InstantField,
  NestedField,
  PersonalField,
  TextField,
  UuidField,
} from '../validation/fields.js';
import { oneOf } from '../validation/text-shapes.js';

/** One choice of a sign-up. */
export class DemoChoice {
  @UuidField({ or: ['all'] })
  purposeId!: string;

  @ArrayField(oneOf(['email', 'sms-mms', 'post']), { min: 1 })
  channels!: string[];
}

/** Body of the demonstration command. */
export class DemoCommand {
  @NestedField(() => DemoChoice, { array: true, min: 1 })
  choices!: DemoChoice[];

  @PersonalField({ max: 100, optional: true })
  email?: Personal<string>;

  @InstantField({ notFuture: true, optional: true })
  occurredAt?: string;

  /** What the handler is to do: the specs need every outcome. */
  @TextField({ max: 30, optional: true })
  outcome?: string;
}

/** Body of the demonstration form. */
export class DemoForm {
  @TextField({ max: 20 })
  word!: string;
}

/** What the handlers were called with. */
export const calls: {
  name: string;
  context?: CommandContext;
  caller?: Caller;
  revision?: bigint;
  body?: unknown;
}[] = [];

const failures: Readonly<Record<string, () => Error>> = {
  rejected: () => new Rejection('purpose-unknown', 'No such purpose.', '/choices/0/purposeId'),
  'not-found': () => new Problem('not-found'),
  'store-away': () => new Unavailable('unknown', { cause: new Error('mail camille@client.example') }),
  bug: () => new Error('Key (email)=(camille@client.example) already exists'),
};

/** Routes of every kind, on a person and beside. */
@Controller('v1/demo')
export class DemoController {
  @LedgerPost('subjects/:subjectId/consents', { scope: 'consents:write', summary: 'A command.' })
  consent(
    @UuidParam('subjectId') subjectId: Uuid,
    @Body() body: DemoCommand,
    @Ctx() context: CommandContext,
    @ActorOf() caller: Caller,
  ): object {
    calls.push({ name: 'consent', context, caller, body });
    const failure = failures[body.outcome ?? ''];
    if (failure !== undefined) throw failure();
    const appended = body.outcome === 'nothing' ? 0 : 1;
    return {
      token: 't',
      stream: `consent-${subjectId}`,
      revision: calls.length,
      appended,
      ids: [context.commandId],
    };
  }

  @LedgerPost('subjects/:subjectId/withdrawals', { scope: 'consents:write', summary: 'A "no".', isNo: true })
  withdraw(@UuidParam('subjectId') subjectId: Uuid, @Ctx() context: CommandContext): object {
    calls.push({ name: 'withdraw', context });
    return { token: 't', stream: `consent-${subjectId}`, revision: 3, appended: 1 };
  }

  @LedgerPut('activities/:activityId', { scope: 'register:write', summary: 'A replacement.', ifMatch: true })
  replace(
    @UuidParam('activityId') _activityId: Uuid,
    @IfMatchRevision() revision: bigint,
    @Ctx() context: CommandContext,
  ): object {
    calls.push({ name: 'replace', context, revision });
    if (revision !== 7n) throw new Problem('stale-revision', { currentRevision: 7n });
    return { token: 't', stream: 'activity-x', revision: 8, appended: 1 };
  }

  @LedgerGet('subjects/:subjectId', { scope: 'subjects:read', summary: 'A question.' })
  read(@UuidParam('subjectId') subjectId: Uuid, @Lang() language: string): object {
    return { subjectId, language };
  }

  @LedgerGet('list', { scope: 'register:read', summary: 'A list.' })
  list(@Query() query: PageQuery): object {
    return { query };
  }

  @LedgerAsk('lookup', { scope: 'subjects:lookup', summary: 'A question with a body.' })
  lookup(@Body() body: DemoChoice, @Ctx() context: CommandContext): object {
    calls.push({ name: 'lookup', context });
    return { body };
  }

  @LedgerGet('mine', { scope: 'subjects:read', summary: 'About the caller.', owner: 'handler' })
  mine(@ActorOf() caller: Caller): object {
    return { subjectId: caller.subjectId ?? null };
  }

  @PublicPost('form', { summary: 'One click.', accepts: ['application/x-www-form-urlencoded'] })
  form(@Body() body: DemoForm): object {
    return body;
  }

  @PublicGet('slow', { summary: 'Takes a moment.' })
  async slow(): Promise<object> {
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { done: true };
  }
}

/** A root module with the demonstration routes. */
/** What the clock of the demonstration says. */
export const DEMO_NOW = '2026-03-29T01:30:00.000Z';

/** Everything above, with a clock of its own. */
@Module({
  controllers: [DemoController],
  providers: [{ provide: CLOCK, useValue: { now: () => DEMO_NOW } }],
})
export class DemoModule {}
