import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from './canonical-json.js';
import { openTestDatabase } from '#testing';

describe('canonical JSON', () => {
  it('sorts', async () => {
    expect(canonicalJson({ b: 1, a: [true, null, 'é'] })).toBe('{"a":[true,null,"é"],"b":1}');
    const db = await openTestDatabase();
    expect((await db.pool.query('select 1 as x')).rows[0].x).toBe(1);
    await db.drop();
  });
});
