import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { constants } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BoundedCache } from '../bounded-cache.js';
import { prefixedUlid } from '../ids.js';
import { aesUnwrap, aesWrap } from './aes-wrap.js';
import {
  KekGone,
  KekRefused,
  type KekEvidence,
  type KekProvider,
  type KekProviderDescription,
} from './kek-provider.js';
import { createKeyFile, ensureKeyFolder, openKeyFile, syncFolder } from './key-folder.js';

const CACHE_TTL_MS = 60_000;
const HEADER = 'greffe-kek-1';
const REFERENCE = /^kek_[0-9A-HJKMNP-TV-Z]{26}$/;

/**
 * One key file per epoch, folder 0700, files 0600. For small sites: it keeps keys apart from the database's backups
 * and no more, which is why every erasure certificate says so. The volume must not be backed up.
 */
export class FileKekProvider implements KekProvider {
  readonly name = 'file';
  /** Short-lived, so that a key destroyed by another process is forgotten here too. */
  private readonly keys = new BoundedCache<KeyObject>(16, CACHE_TTL_MS);

  constructor(private readonly folder = './.greffe/keys') {}

  async createEpochKey(): Promise<string> {
    await ensureKeyFolder(this.folder);
    const ref = prefixedUlid('kek');
    const bytes = randomBytes(32);
    await createKeyFile(this.folder, this.path(ref), `${HEADER}\n${bytes.toString('base64url')}\n`);
    bytes.fill(0);
    return ref;
  }

  async wrap(providerRef: string, key: Uint8Array, aad: Uint8Array): Promise<Buffer> {
    return aesWrap(await this.load(providerRef), key, aad);
  }

  async unwrap(providerRef: string, wrapped: Uint8Array, aad: Uint8Array): Promise<Buffer> {
    const key = aesUnwrap(await this.load(providerRef), wrapped, aad);
    if (key === undefined) throw new KekRefused(providerRef);
    return key;
  }

  async destroy(providerRef: string): Promise<KekEvidence> {
    this.keys.delete(providerRef);
    const found = await this.overwriteAndRemove(providerRef);
    return {
      provider: this.name,
      method: found ? 'key file overwritten and removed' : 'key file already absent',
      deadBy: new Date().toISOString(),
      caveat: 'A copy of the disk, or a drive that remaps sectors, may still hold the key.',
    };
  }

  describe(): KekProviderDescription {
    return {
      name: this.name,
      statement:
        'Key-encryption keys are files on the disk of the server; the administrator of that machine could have copied them.',
      exportable: true,
    };
  }

  private path(providerRef: string): string {
    if (!REFERENCE.test(providerRef)) throw new KekGone(providerRef);
    return join(this.folder, `${providerRef}.key`);
  }

  private async load(providerRef: string): Promise<KeyObject> {
    const known = this.keys.get(providerRef);
    if (known !== undefined) return known;
    const key = createSecretKey(await this.read(providerRef));
    this.keys.set(providerRef, key);
    return key;
  }

  private async read(providerRef: string): Promise<Buffer> {
    await ensureKeyFolder(this.folder);
    const file = await openKeyFile(this.path(providerRef), constants.O_RDONLY).catch((error: unknown) => {
      if (isAbsent(error)) throw new KekGone(providerRef);
      throw error;
    });
    try {
      const [header, text] = (await file.readFile('utf8')).split('\n');
      const bytes = Buffer.from(text ?? '', 'base64url');
      if (header !== HEADER || bytes.length !== 32) throw new KekRefused(providerRef);
      return bytes;
    } finally {
      await file.close();
    }
  }

  private async overwriteAndRemove(providerRef: string): Promise<boolean> {
    const path = this.path(providerRef);
    try {
      const file = await openKeyFile(path, constants.O_RDWR);
      try {
        const { size } = await file.stat();
        await file.write(randomBytes(size), 0, size, 0);
        await file.sync();
      } finally {
        await file.close();
      }
      await unlink(path);
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
    await syncFolder(this.folder);
    return true;
  }
}

function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}
