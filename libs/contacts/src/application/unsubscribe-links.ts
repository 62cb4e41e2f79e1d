import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { channels, type Channel } from '#kernel';
import { KEY_STORE } from '#runtime';
import type { KeyStore } from '#subject-keys';
import type { LinkTarget } from '../domain/link-target.js';

/** Name of the ledger's own key under which links are sealed; old versions open for ever. */
const KEY_NAME = 'unsubscribe-links';
const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const UUID_BYTES = 16;
const HEAD_BYTES = 2;
/** No token is longer; anything beyond is not looked at. */
const MAX_TOKEN = 300;

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
  constructor(@Inject(KEY_STORE) private readonly keyStore: KeyStore) {}

  /** Tokens for these targets, in their order. Throws `KeyStoreUnavailable`. */
  async mint(targets: readonly LinkTarget[]): Promise<readonly string[]> {
    const { key, version } = await this.keyStore.named.current(KEY_NAME);
    return targets.map((target) => seal(target, key, version));
  }

  /** What a token ends; `undefined` if it is none of ours, or damaged. Throws `KeyStoreUnavailable`. */
  async open(token: string): Promise<LinkTarget | undefined> {
    if (token.length > MAX_TOKEN) return undefined;
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length < HEAD_BYTES + NONCE_BYTES + TAG_BYTES || bytes[0] !== FORMAT) return undefined;
    const versions = await this.keyStore.named.versions(KEY_NAME);
    const known = versions.find(({ version }) => version === bytes[1]);
    return known && unseal(bytes, known.key);
  }
}

function seal(target: LinkTarget, key: KeyObject, version: number): string {
  const head = Buffer.from([FORMAT, version]);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(head);
  const text = Buffer.concat([cipher.update(packed(target)), cipher.final()]);
  return Buffer.concat([head, nonce, text, cipher.getAuthTag()]).toString('base64url');
}

function unseal(bytes: Buffer, key: KeyObject): LinkTarget | undefined {
  const nonceEnd = HEAD_BYTES + NONCE_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(HEAD_BYTES, nonceEnd))
    .setAAD(bytes.subarray(0, HEAD_BYTES))
    .setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const text = decipher.update(bytes.subarray(nonceEnd, -TAG_BYTES));
    return unpacked(Buffer.concat([text, decipher.final()]));
  } catch {
    return undefined;
  }
}

function packed({ subjectId, purposeId, channel, controllerId }: LinkTarget): Buffer {
  const flags = (purposeId === 'all' ? 0 : HAS_PURPOSE) | (controllerId === undefined ? 0 : HAS_CONTROLLER);
  const ids = [
    subjectId,
    ...(purposeId === 'all' ? [] : [purposeId]),
    ...(controllerId ? [controllerId] : []),
  ];
  const idBytes = ids.map((id) => Buffer.from(id.replaceAll('-', ''), 'hex'));
  return Buffer.concat([Buffer.from([flags]), ...idBytes, Buffer.from(channel, 'latin1')]);
}

function unpacked(bytes: Buffer): LinkTarget | undefined {
  const flags = bytes[0] ?? 0;
  let offset = 1;
  const nextId = (): string => {
    const hex = bytes.toString('hex', offset, (offset += UUID_BYTES));
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
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
