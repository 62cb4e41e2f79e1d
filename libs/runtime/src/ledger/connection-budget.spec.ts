import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CONNECTIONS_BESIDE_READS } from '#event-store';
import { availableRoles, type Role } from '../config/index.js';
import { initialSettings } from '../embedded/settings.js';
import { MAX_SHARDS } from '../projection/sharding.js';
import { connectionBudget, replicaConnections } from './connection-budget.js';

// Goal: a budget is what its pools come to, and more work never means fewer connections. What pools really take is held
// against it where they are opened (`apps/server/src/stores.int-spec.ts`).

const ELSEWHERE = 'esdb://store.example';
const anyRoles = fc.subarray([...availableRoles], { minLength: 1 });
const anyShards = fc.integer({ min: 1, max: MAX_SHARDS });
const totalOf = (roles: readonly Role[], projectionShards: number, eventStoreUrl?: string): number => {
  const { ledger, keys } = connectionBudget({ roles, projectionShards, eventStoreUrl });
  return ledger.total + keys.total;
};

describe('a budget of connections', () => {
  it('adds up', () => {
    fc.assert(
      fc.property(anyRoles, anyShards, fc.boolean(), (roles, projectionShards, isElsewhere) => {
        const eventStoreUrl = isElsewhere ? ELSEWHERE : undefined;
        const { ledger, keys } = connectionBudget({ roles, projectionShards, eventStoreUrl });
        const purge = roles.includes('eraser') ? 1 : 0;
        const events = isElsewhere ? 0 : ledger.eventReads + CONNECTIONS_BESIDE_READS + purge;
        expect(ledger.total).toBe(ledger.requests + ledger.following + ledger.readModels + events);
        expect(ledger.eventReads === 0).toBe(isElsewhere);
        expect(keys.total).toBe(keys.statements + keys.locks);
      }),
    );
  });

  it('never shrinks with a role or a shard more', () => {
    fc.assert(
      fc.property(anyRoles, fc.constantFrom(...availableRoles), anyShards, (roles, role, shards) => {
        const more = [...new Set([...roles, role])];
        expect(totalOf(more, shards)).toBeGreaterThanOrEqual(totalOf(roles, shards));
        expect(totalOf(roles, shards + 1)).toBeGreaterThanOrEqual(totalOf(roles, shards));
      }),
    );
  });

  it('stands in the documents as it is', () => {
    const page = readFileSync(new URL('../../../../apps/docs/how-to/run.md', import.meta.url), 'utf8');
    for (const roles of [availableRoles, ...availableRoles.map((role) => [role])]) {
      const cells = [undefined, ELSEWHERE].map((eventStoreUrl) => {
        const [one, two] = [1, 2].map(
          (projectionShards) => connectionBudget({ roles, projectionShards, eventStoreUrl }).ledger.total,
        ) as [number, number];
        return two === one ? String(one) : `${String(2 * one - two)} + ${String(two - one)} for each shard`;
      });
      const { keys } = connectionBudget({ roles, projectionShards: 1, eventStoreUrl: undefined });
      expect(page).toContain(`| \`${roles.join(',')}\` | ${cells.join(' | ')} | ${String(keys.total)} |`);
    }
    const [many, few] = [
      replicaConnections({ roles: ['api'] }),
      replicaConnections({ roles: ['projector'] }),
    ];
    expect(page).toContain(`it opens ${String(many)} with the role \`api\`, else ${String(few)}.`);
  });

  it('of one whole server and four projectors, four shards each, is within what the embedded PostgreSQL allows', () => {
    const allowed = Number(initialSettings['max_connections']) - 3;
    expect(totalOf(availableRoles, 4) + 4 * totalOf(['projector'], 4)).toBeLessThanOrEqual(allowed);
  });
});
