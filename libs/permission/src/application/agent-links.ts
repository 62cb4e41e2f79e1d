import { Inject, Injectable } from '@nestjs/common';
import { PUBLIC_URL } from '#http';
import { channels, type ActorRef, type Channel, type Instant } from '#kernel';
import { KEY_STORE } from '#runtime';
import { packedIds, SealedTokens, unpackedId, type KeyStore } from '#subject-keys';

/** Name of the ledger's own key under which links are sealed. */
const KEY_NAME = 'agent-links';
const UUID_BYTES = 16;
const IDS = 5;
const TIME_BYTES = 6;
const ACTOR_KINDS = ['service', 'operator'] as const;
/** Between the channel, the nature of goods and the category of the product: none of them holds it. */
const SEPARATOR = ' ';

/** How long an agent may act on a link, in minutes; a "no" never ends. */
export const agentLinkLife = { defaultMinutes: 480, minMinutes: 5, maxMinutes: 24 * 60 } as const;

/** One contact that an agent of a call centre is about to make. */
export interface AgentTask {
  readonly subjectId: string;
  readonly attemptId: string;
  readonly purposeId: string;
  readonly controllerId: string;
  readonly channel: Channel;
  /** What a consent to be called must name. */
  readonly goodsNature?: string;
  /** What is analogous to an earlier sale. */
  readonly productCategory?: string;
  /** Until then the contact may be reserved and its outcome told. */
  readonly expiresAt: Instant;
  /** On whose account the agent acts: who had the link made. */
  readonly actor: ActorRef;
}

/**
 * Links by which an agent who has no credentials handles one contact. A token says whose, sealed; it is kept nowhere.
 * After its end it still takes a "no", for ever.
 */
@Injectable()
export class AgentLinks {
  private readonly tokens: SealedTokens;

  constructor(
    @Inject(KEY_STORE) keyStore: KeyStore,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
  ) {
    this.tokens = new SealedTokens(keyStore.named, KEY_NAME);
  }

  /** The address of the page. Throws `KeyStoreUnavailable`. */
  async urlFor(task: AgentTask): Promise<string> {
    const [token = ''] = await this.tokens.seal([packed(task)]);
    return `${this.publicUrl}/a/${token}`;
  }

  /** What a token is about; `undefined` if it is none of ours, or damaged. Throws `KeyStoreUnavailable`. */
  async open(token: string): Promise<AgentTask | undefined> {
    const content = await this.tokens.open(token);
    return content && unpacked(content);
  }
}

function packed(task: AgentTask): Buffer {
  const { subjectId, attemptId, purposeId, controllerId, channel, expiresAt, actor } = task;
  const head = Buffer.alloc(1 + TIME_BYTES);
  head.writeUInt8(
    ACTOR_KINDS.findIndex((kind) => kind === actor.k),
    0,
  );
  head.writeUIntBE(Date.parse(expiresAt), 1, TIME_BYTES);
  const texts = [channel, task.goodsNature ?? '', task.productCategory ?? ''].join(SEPARATOR).trimEnd();
  const ids = packedIds([subjectId, attemptId, purposeId, controllerId, actor.ref]);
  return Buffer.concat([head, ids, Buffer.from(texts, 'latin1')]);
}

function unpacked(content: Buffer): AgentTask | undefined {
  const begin = 1 + TIME_BYTES;
  const idAt = (place: number) => unpackedId(content, begin + place * UUID_BYTES);
  const texts = content.toString('latin1', begin + IDS * UUID_BYTES).split(SEPARATOR);
  const [channel, goodsNature = '', productCategory = ''] = texts;
  const known = channels.find((one) => one === channel);
  const k = ACTOR_KINDS[content[0] ?? -1];
  if (known === undefined || k === undefined) return undefined;
  return {
    ...{ subjectId: idAt(0), attemptId: idAt(1), purposeId: idAt(2), controllerId: idAt(3), channel: known },
    ...(goodsNature === '' ? {} : { goodsNature }),
    ...(productCategory === '' ? {} : { productCategory }),
    expiresAt: new Date(content.readUIntBE(1, TIME_BYTES)).toISOString(),
    actor: { k, ref: idAt(4) },
  };
}
