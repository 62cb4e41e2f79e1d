import { Inject, Injectable } from '@nestjs/common';
import { channels, type Channel } from '#kernel';
import { KEY_STORE } from '#runtime';
import { packedIds, SealedTokens, unpackedId, type KeyStore } from '#subject-keys';
import type { LinkTarget } from '../domain/link-target.js';

/** Name of the ledger's own key under which links are sealed. */
const KEY_NAME = 'unsubscribe-links';
const UUID_BYTES = 16;

/** Flags of what follows the subject id. */
const HAS_PURPOSE = 1;
const HAS_CONTROLLER = 2;

/**
 * Links by which a person unsubscribes without logging in (RFC 8058). A token says whose and what it ends, sealed, so
 * that an address gives nothing away and nobody can make one up. It is kept nowhere and never expires: a "no" that
 * somebody found in an old letter still counts.
 */
@Injectable()
export class UnsubscribeLinks {
  private readonly tokens: SealedTokens;

  constructor(@Inject(KEY_STORE) keyStore: KeyStore) {
    this.tokens = new SealedTokens(keyStore.named, KEY_NAME);
  }

  /** Tokens for these targets, in their order. Throws `KeyStoreUnavailable`. */
  mint(targets: readonly LinkTarget[]): Promise<readonly string[]> {
    return this.tokens.seal(targets.map(packed));
  }

  /** What a token ends; `undefined` if it is none of ours, or damaged. Throws `KeyStoreUnavailable`. */
  async open(token: string): Promise<LinkTarget | undefined> {
    const content = await this.tokens.open(token);
    return content && unpacked(content);
  }
}

function packed({ subjectId, purposeId, channel, controllerId }: LinkTarget): Buffer {
  const flags = (purposeId === 'all' ? 0 : HAS_PURPOSE) | (controllerId === undefined ? 0 : HAS_CONTROLLER);
  const ids = [
    subjectId,
    ...(purposeId === 'all' ? [] : [purposeId]),
    ...(controllerId ? [controllerId] : []),
  ];
  return Buffer.concat([Buffer.from([flags]), packedIds(ids), Buffer.from(channel, 'latin1')]);
}

function unpacked(bytes: Buffer): LinkTarget | undefined {
  const flags = bytes[0] ?? 0;
  let offset = 1;
  const nextId = (): string => {
    const id = unpackedId(bytes, offset);
    offset += UUID_BYTES;
    return id;
  };
  const subjectId = nextId();
  const purposeId = (flags & HAS_PURPOSE) === 0 ? 'all' : nextId();
  const controllerId = (flags & HAS_CONTROLLER) === 0 ? undefined : nextId();
  const channel = bytes.toString('latin1', offset);
  if (!isChannel(channel)) return undefined;
  return { subjectId, purposeId, channel, ...(controllerId === undefined ? {} : { controllerId }) };
}

function isChannel(text: string): text is Channel | 'all' {
  return text === 'all' || (channels as readonly string[]).includes(text);
}
