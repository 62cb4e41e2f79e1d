import { grantEventStoreRights, storeUsers, userPlan, type RightsStep, type StoreUser } from '#event-store';

/**
 * `npm run eventstore:rights [-- --dry-run]`: makes the ledger's users and access lists on EventStoreDB. Needs
 * EVENTSTORE_ADMIN_URL, with an administrator's credentials; takes passwords from EVENTSTORE_API_PASSWORD and its like.
 */
const USAGE = `Set EVENTSTORE_ADMIN_URL=esdb://admin:password@host:2113?tlsCAFile=… (an administrator, over TLS).
Passwords: ${storeUsers.map(variableOf).join(', ')};
a new user without one is given a random one, which is printed once. --dry-run changes nothing.`;

const WORDS: Readonly<Record<RightsStep['change'], string>> = {
  none: 'as it has to be',
  made: 'made',
  changed: 'changed',
};

function variableOf(user: StoreUser): string {
  return `EVENTSTORE_${user.toUpperCase()}_PASSWORD`;
}

function lineOf({ subject, change, password }: RightsStep, isDryRun: boolean): string {
  const word = isDryRun && change !== 'none' ? `would be ${WORDS[change]}` : WORDS[change];
  return `${subject}: ${word}${password === undefined ? '' : `, password ${password}`}`;
}

async function main(): Promise<void> {
  const connectionString = process.env['EVENTSTORE_ADMIN_URL'] ?? '';
  if (connectionString === '') throw new Error(USAGE);
  const isDryRun = process.argv.includes('--dry-run');
  const given = storeUsers.flatMap((user) => {
    const password = process.env[variableOf(user)] ?? '';
    return password === '' ? [] : [[user, password]];
  });
  const passwords = Object.fromEntries(given) as Partial<Record<StoreUser, string>>;
  const steps = await grantEventStoreRights({ connectionString, passwords, isDryRun });
  for (const step of steps) process.stdout.write(`${lineOf(step, isDryRun)}\n`);
  const { api, eraser } = userPlan;
  process.stdout.write(`EVENTSTORE_URL names ${api.login}, EVENTSTORE_ERASER_URL ${eraser.login}.\n`);
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? `\n${cause.message}` : '';
    process.stderr.write(`${message}${reason}\n`);
    process.exit(1);
  },
);
