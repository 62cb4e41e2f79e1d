import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { KekGone, KekRefused, type KekProvider } from './kek-provider.js';

/** What every holder of key-encryption keys must do. `open` gives the same keys each time, as after a restart. */
export function kekProviderContract(name: string, open: () => Promise<KekProvider>): void {
  const aad = Buffer.from('{"kid":"k_1"}');
  const wrapNew = async (): Promise<{ provider: KekProvider; ref: string; key: Buffer; wrapped: Buffer }> => {
    const provider = await open();
    const ref = await provider.createEpochKey();
    const key = randomBytes(32);
    return { provider, ref, key, wrapped: await provider.wrap(ref, key, aad) };
  };

  describe(`key-encryption keys: ${name}`, () => {
    it('unwraps what it wrapped, also after a restart', async () => {
      const { ref, key, wrapped } = await wrapNew();
      const reopened = await open();
      expect((await reopened.unwrap(ref, wrapped, aad)).equals(key)).toBe(true);
    });

    it('gives each epoch a key and a reference of its own', async () => {
      const { provider, ref, wrapped } = await wrapNew();
      const other = await provider.createEpochKey();
      expect(other).not.toBe(ref);
      await expect(provider.unwrap(other, wrapped, aad)).rejects.toThrow(KekRefused);
    });

    it('never wraps a key twice into the same bytes, nor leaves it in them', async () => {
      const { provider, ref, key, wrapped } = await wrapNew();
      expect((await provider.wrap(ref, key, aad)).equals(wrapped)).toBe(false);
      expect(wrapped.includes(key)).toBe(false);
    });

    it('refuses altered bytes and another owner', async () => {
      const { provider, ref, wrapped } = await wrapNew();
      await expect(provider.unwrap(ref, wrapped, Buffer.from('{"kid":"k_2"}'))).rejects.toThrow(KekRefused);
      await expect(provider.unwrap(ref, wrapped.subarray(0, 5), aad)).rejects.toThrow(KekRefused);
      for (let i = 0; i < wrapped.length; i += 1) {
        const altered = Buffer.from(wrapped);
        altered[i] = (altered[i] ?? 0) ^ 1;
        await expect(provider.unwrap(ref, altered, aad)).rejects.toThrow(KekRefused);
      }
    });

    it('destroys a key for good and only that one, twice without harm, with evidence', async () => {
      const { provider, ref, wrapped } = await wrapNew();
      const kept = await wrapNew();
      const evidence = await provider.destroy(ref);
      expect(evidence).toMatchObject({ provider: provider.name, method: expect.any(String) });
      expect(Number.isNaN(Date.parse(evidence.deadBy))).toBe(false);
      await provider.destroy(ref);
      for (const each of [provider, await open()]) {
        await expect(each.unwrap(ref, wrapped, aad)).rejects.toThrow(KekGone);
        await expect(each.wrap(ref, randomBytes(32), aad)).rejects.toThrow(KekGone);
      }
      expect((await kept.provider.unwrap(kept.ref, kept.wrapped, aad)).equals(kept.key)).toBe(true);
    });

    it('says who it is', async () => {
      const provider = await open();
      expect(provider.describe().name).toBe(provider.name);
      expect(provider.describe().statement).toMatch(/\.$/);
    });
  });
}
