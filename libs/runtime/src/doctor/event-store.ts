import { examineEventStore, type NodeFinding, type UserFinding } from '#event-store';
import type { Role } from '../config/index.js';
import { skewOf } from './clocks.js';
import type { Finding } from './finding.js';

/** The oldest server to whose behaviour the adapter is written. */
const OLDEST = [23, 10] as const;

/** Where the events are, and who plays which part there. */
export interface StoreToExamine {
  readonly eventStoreUrl: string | undefined;
  readonly eraserUrl: string | undefined;
  readonly roles: readonly Role[];
}

/** Whether the store answers, is new enough and on time, and whether its users may do what they must and no more. */
export async function examineStore(store: StoreToExamine): Promise<readonly Finding[]> {
  const { eventStoreUrl, eraserUrl, roles } = store;
  if (eventStoreUrl === undefined)
    return [{ verdict: 'ok', code: 'store-in-postgresql', about: 'EVENTSTORE_URL' }];
  const plays = roles.includes('eraser') && eraserUrl === undefined;
  const findings = await examineUrl('EVENTSTORE_URL', eventStoreUrl, (user) => [
    ...needed('EVENTSTORE_URL', user, ['readsAll', 'appends']),
    ...(plays
      ? needed('EVENTSTORE_URL', user, ['closes', 'scavenges'])
      : tooMany('EVENTSTORE_URL', user, ['closes', 'scavenges'])),
  ]);
  if (eraserUrl === undefined) return findings;
  const about = 'EVENTSTORE_ERASER_URL';
  const erasers = await examineUrl(about, eraserUrl, (user) => [
    ...needed(about, user, ['closes', 'scavenges']),
    ...tooMany(about, user, ['appends']),
  ]);
  return [...findings, ...erasers];
}

async function examineUrl(
  about: string,
  url: string,
  judge: (user: UserFinding) => readonly Finding[],
): Promise<Finding[]> {
  const { isInsecure, nodes, user, userProblem } = await examineEventStore(url);
  const findings = nodes.flatMap((node) => judgeNode(about, node));
  if (isInsecure) findings.push({ verdict: 'attention', code: 'store-insecure', about });
  if (userProblem !== undefined)
    findings.push({ verdict: 'broken', code: 'user-unknown', about, detail: userProblem });
  if (user === undefined) return findings;
  const isAdmin = user.groups.includes('$admins');
  findings.push(
    isAdmin
      ? { verdict: 'broken', code: 'user-is-admin', about, detail: user.login }
      : { verdict: 'ok', code: 'user-known', about, detail: user.login },
  );
  return [...findings, ...judge(user)];
}

function judgeNode(variable: string, { node, problem, version, skewMs }: NodeFinding): Finding[] {
  const about = `${variable} ${node}`;
  if (problem !== undefined) return [{ verdict: 'broken', code: 'store-away', about, detail: problem }];
  const findings: Finding[] = [{ verdict: 'ok', code: 'store-reached', about }, judgeVersion(about, version)];
  if (skewMs !== undefined) findings.push(skewOf(about, skewMs));
  return findings;
}

/** Whether a server of this version behaves as the adapter expects. */
export function judgeVersion(about: string, version: string | undefined): Finding {
  const [major, minor] = (version ?? '').split('.').map((part) => Number.parseInt(part, 10));
  if (version === undefined || major === undefined || minor === undefined || Number.isNaN(major + minor))
    return { verdict: 'attention', code: 'version-unknown', about, ...(version ? { detail: version } : {}) };
  const isOld = major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  return isOld
    ? { verdict: 'broken', code: 'version-old', about, detail: version }
    : { verdict: 'ok', code: 'version-known', about, detail: version };
}

type Right = 'readsAll' | 'appends' | 'closes' | 'scavenges';

function needed(about: string, user: UserFinding, rights: readonly Right[]): Finding[] {
  return rights.map((right) =>
    user[right]
      ? { verdict: 'ok', code: 'right-there', about, detail: right }
      : { verdict: 'broken', code: 'right-missing', about, detail: right },
  );
}

function tooMany(about: string, user: UserFinding, rights: readonly Right[]): Finding[] {
  return rights
    .filter((right) => user[right])
    .map((right) => ({ verdict: 'attention', code: 'right-too-many', about, detail: right }));
}
