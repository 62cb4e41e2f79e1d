import type { ClientBase } from 'pg';

/** The followers of a group, of which each process takes its share. */
export interface Share {
  readonly group: string;
  /** How many followers the group has at present. */
  readonly of: number;
}

interface Group {
  of: number;
  /** Processes that may follow it, this one included. */
  members: number;
  readonly held: Set<string>;
  /** Those of them that are being given up. */
  readonly leaving: Set<string>;
}

/** An advisory lock of 64 bits as `pg_locks` shows it. */
const MEMBERS = `
  SELECT g.name, count(l.pid)::int AS members
  FROM unnest($1::text[]) AS g(name)
    LEFT JOIN pg_locks l ON l.locktype = 'advisory' AND l.granted AND l.mode = 'ShareLock' AND l.objsubid = 1
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (l.classid::bigint << 32) | l.objid::bigint = hashtextextended('greffe:members:' || g.name, 0)
  GROUP BY g.name`;

/**
 * Shares the followers of each group out among the processes that may follow it. Who that is stands in PostgreSQL: each
 * of them holds a shared lock of the group on its session of locks, so one that dies or falls silent counts no more.
 */
export class Shares {
  private readonly groups = new Map<string, Group>();

  /** Joins the group, looks who else there is, and tells whether this process may take one more. */
  async mayTake(client: ClientBase, { group: name, of }: Share): Promise<boolean> {
    let group = this.groups.get(name);
    if (group === undefined) {
      await client.query(`SELECT pg_advisory_lock_shared(hashtextextended('greffe:members:' || $1, 0))`, [
        name,
      ]);
      group = { of, members: 1, held: new Set(), leaving: new Set() };
      this.groups.set(name, group);
    }
    group.of = of;
    await this.look(client);
    return group.held.size < fairShare(group);
  }

  /** Counts the members of all joined groups. */
  async look(client: ClientBase): Promise<void> {
    const { rows } = await client.query<{ name: string; members: number }>(MEMBERS, [
      [...this.groups.keys()],
    ]);
    for (const { name, members } of rows) {
      const group = this.groups.get(name);
      if (group !== undefined) group.members = Math.max(members, 1);
    }
  }

  /** Another follower of the group is ours. */
  took(group: string, name: string): void {
    this.groups.get(group)?.held.add(name);
  }

  /** It is ours no more. */
  gave(group: string, name: string): void {
    this.groups.get(group)?.held.delete(name);
    this.groups.get(group)?.leaving.delete(name);
  }

  /** Whether this process holds more than its share, so that this one is to be given up. */
  isSurplus(groupName: string, name: string): boolean {
    const group = this.groups.get(groupName);
    if (group === undefined || group.leaving.has(name)) return false;
    if (group.held.size - group.leaving.size <= fairShare(group)) return false;
    group.leaving.add(name);
    return true;
  }

  /** Leaves a group of which nothing is held. */
  async leave(client: ClientBase, name: string): Promise<void> {
    const group = this.groups.get(name);
    if (group === undefined || group.held.size > 0) return;
    this.groups.delete(name);
    await client.query(`SELECT pg_advisory_unlock_shared(hashtextextended('greffe:members:' || $1, 0))`, [
      name,
    ]);
  }
}

function fairShare({ of, members }: Group): number {
  return Math.ceil(of / members);
}
