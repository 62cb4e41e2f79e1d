import type { EndpointFault, StoreFindings } from '#event-store';
import { judgeVersion } from './event-store.js';

/**
 * Why a ledger in EventStoreDB cannot be used as it is configured: a stable code for `/readyz`, the log and whoever
 * watches them. `access-refused`: to something that no ledger can do without, and nothing more is known.
 */
export type StoreCause = EndpointFault | 'too-old' | 'cannot-read-all' | 'cannot-append' | 'access-refused';

const THOUGH_ANSWERING: readonly StoreCause[] = ['too-old', 'cannot-read-all', 'cannot-append'];

/** Whether a cause may be there though the store answers; any other one is over as soon as it does. */
export function standsThoughAnswering(cause: StoreCause): boolean {
  return THOUGH_ANSWERING.includes(cause);
}

/**
 * What stands in the way, most elementary first; `undefined`: nothing that is known. `answers`: the store was asked and
 * did answer, so that what its endpoints say cannot be what is wrong.
 */
export function storeCauseOf(findings: StoreFindings, answers: boolean): StoreCause | undefined {
  const cause = causeOf(findings);
  return cause === undefined || !answers || standsThoughAnswering(cause) ? cause : undefined;
}

function causeOf({ nodes, user, isUserRefused }: StoreFindings): StoreCause | undefined {
  const answering = nodes.filter(({ problem }) => problem === undefined);
  if (answering.length === 0) return nodes.find(({ fault }) => fault !== undefined)?.fault;
  const isOld = answering.some(({ version }) => judgeVersion('', version).code === 'version-old');
  if (isOld) return 'too-old';
  if (isUserRefused === true) return 'wrong-credentials';
  if (user?.readsAll === false) return 'cannot-read-all';
  return user?.appends === false ? 'cannot-append' : undefined;
}

const RIGHTS = 'Run npm run eventstore:rights as an administrator of the event store';
const CERTIFICATES = 'Check tlsCAFile= in EVENTSTORE_URL, and the names and the dates of the certificate';

/** What it is and what to do, in a sentence or two for the log: no address, no user, nothing secret. */
const TEXTS: Readonly<Record<StoreCause, string>> = {
  'unknown-host': 'The host in EVENTSTORE_URL is not known here. Correct it, or the name service.',
  'nobody-listening':
    'Nothing listens where EVENTSTORE_URL points. Start the event store, or correct host and port.',
  'no-answer':
    'The event store does not answer in time. Check that it runs, and the way to it (firewall, port).',
  'server-without-tls':
    'EVENTSTORE_URL asks for TLS, and the event store speaks without. Give it a certificate; for evaluation only, say tls=false.',
  'server-needs-tls':
    'EVENTSTORE_URL says tls=false, and the event store speaks TLS. Remove tls=false, and name a user and tlsCAFile=.',
  'wrong-certificate': `The certificate of the event store is not accepted. ${CERTIFICATES}.`,
  'unreadable-certificate-file':
    'A certificate file that EVENTSTORE_URL names cannot be read. Correct tlsCAFile=, userCertFile= and userKeyFile=.',
  'wrong-credentials':
    'The event store does not take the user and password of EVENTSTORE_URL. Correct them; npm run eventstore:rights makes users.',
  'not-ready':
    'The event store answers that it is not ready. It may be starting; if that lasts, see its own log.',
  'not-an-event-store': 'What answers where EVENTSTORE_URL points is no EventStoreDB. Correct host and port.',
  'too-old': 'The event store is older than 23.10, to which this program is written. Upgrade it.',
  'cannot-read-all': `The user of EVENTSTORE_URL may not read $all. ${RIGHTS}.`,
  'cannot-append': `The user of EVENTSTORE_URL may not append. ${RIGHTS}.`,
  'access-refused': `The event store refuses access to the user of EVENTSTORE_URL. ${RIGHTS}; npm run doctor says more.`,
};

/** What a cause is and what to do about it, for the log. */
export function adviceOn(cause: StoreCause): string {
  return TEXTS[cause];
}
