/** What a dependency says about itself. `detail` names no address, no credential and no person. */
export interface HealthState {
  readonly ok: boolean;
  readonly detail?: string;
}

/** One thing that the server needs to do its work: the event store, the database, the key store, a projection. */
export interface HealthCheck {
  readonly name: string;
  /** Asks the dependency. A rejection counts as "not ok". */
  check(): Promise<HealthState>;
}

/** Something that stands still although every dependency answers: no reason to take the process out of service. */
export interface HealthWarning {
  readonly code: 'role-missing';
  /** The role that no process has. */
  readonly role: string;
  /** When one last had it, RFC 3339; absent: none ever had. */
  readonly since?: string;
  /** What stands still, in English. */
  readonly standsStill: string;
}

/** State of one dependency. */
export interface CheckedHealth extends HealthState {
  readonly name: string;
}

/** A dependency that does not answer within this time is not ready, in milliseconds. */
const PATIENCE_MS = 2000;

/** Asks all dependencies at once; one that hangs or throws is not ok, and says no more than that. */
export function checkHealth(checks: readonly HealthCheck[]): Promise<readonly CheckedHealth[]> {
  return Promise.all(checks.map(checkOne));
}

/** What stands still, as far as it can be found out in time: a database that is away is a check's business. */
export async function warningsOf(
  ask: (() => Promise<readonly HealthWarning[]>) | undefined,
): Promise<readonly HealthWarning[]> {
  if (ask === undefined) return [];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly HealthWarning[]>((resolve) => {
    timer = setTimeout(() => resolve([]), PATIENCE_MS);
  });
  try {
    return await Promise.race([ask(), late]);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}

async function checkOne(dependency: HealthCheck): Promise<CheckedHealth> {
  const { name } = dependency;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<HealthState>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, detail: 'no answer in time' }), PATIENCE_MS);
  });
  try {
    return { name, ...(await Promise.race([dependency.check(), late])) };
  } catch {
    return { name, ok: false, detail: 'failed' };
  } finally {
    clearTimeout(timer);
  }
}
