import { channels, type Channel } from '#kernel';
import { EnumField, InstantField, IntField, SlugField, TextField, UuidField } from '#http';
import { agentLinkLife } from '../application/agent-links.js';
import { agentOutcomes } from '../application/agent-tasks.js';

/** One contact that an agent is about to make. */
export class AgentLinkWantedDto {
  @UuidField()
  subjectId!: string;

  @UuidField({
    optional: true,
    description: 'Your id of this contact, from its reservation to its end; chosen for you if absent.',
  })
  attemptId?: string;

  @UuidField()
  purposeId!: string;

  @EnumField(channels, { example: 'phone-human' })
  channel!: Channel;

  @UuidField({ description: 'The professional on whose account it counts.' })
  controllerId!: string;

  @SlugField({
    optional: true,
    description: 'Nature of the goods or services, which a consent to be called names (C. conso. R.223-1).',
  })
  goodsNature?: string;

  @SlugField({
    optional: true,
    description:
      'Category of the product: what is analogous to an earlier sale, or belongs to a contract in force (C. conso. L.223-1).',
  })
  productCategory?: string;

  @IntField({
    min: agentLinkLife.minMinutes,
    max: agentLinkLife.maxMinutes,
    fallback: agentLinkLife.defaultMinutes,
    description: 'How long the agent may act, in minutes. A “no” is taken for ever.',
  })
  minutes!: number;
}

/** The page for the agent. */
export class AgentLinkDto {
  @TextField({ max: 2000, example: 'https://greffe.example/a/AQEr…' })
  url!: string;

  @UuidField()
  attemptId!: string;

  @InstantField({ description: 'Until then the contact may be reserved and its outcome told.' })
  expiresAt!: string;
}

/** What an agent clicks. */
export class AgentActDto {
  @EnumField(['reserve', 'stop', ...agentOutcomes])
  act!: 'reserve' | 'stop' | (typeof agentOutcomes)[number];
}
