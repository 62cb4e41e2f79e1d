import { fileURLToPath } from 'node:url';

const rootDir = fileURLToPath(new URL('../..', import.meta.url));

/** `.spec` is pure, `.int-spec` needs PostgreSQL (the tests start it), `.e2e-spec` needs the whole server. */
const project = {
  rootDir,
  displayName: 'greffe',
  testEnvironment: 'node',
  testMatch: ['**/*.spec.ts', '**/*.int-spec.ts', '**/*.e2e-spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.greffe/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest'] },
  moduleNameMapper: {
    '^#([a-z-]+)/contract$': '<rootDir>/libs/$1/src/contract.ts',
    '^#([a-z-]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  setupFiles: ['reflect-metadata'],
  globalSetup: '<rootDir>/test/tooling/postgres.setup.mjs',
  globalTeardown: '<rootDir>/test/tooling/postgres.teardown.mjs',
};

/** What the choice of the event store could change; the other stories are about requests alone. */
const ON_BOTH_STORES = {
  acceptance: [
    ...[
      'a-no-is-always-accepted',
      'erasure',
      'if-match',
      'keys',
      'looks',
      'may-we-contact',
      'past-days',
      'physical-erasure',
      'rebuild',
      'restriction',
    ],
    ...['recipients', 'retries', 'shared-addresses', 'sign-up-to-withdrawal', 'value-erasure'],
    ...['archive', 'consent-life', 'consent-requests', 'contacts-made', 'double-opt-in', 'informed'],
    ...['recorded-decisions', 'scrub', 'store-restored', 'suppression', 'unsubscribe'],
  ],
  faults: [
    'a-no-at-once',
    'canaries',
    'clock-steps',
    'databases-away',
    'expiry-killed',
    'kill-rounds',
    'restored-store',
    'roles',
    'soak',
    'storage',
  ],
};

/** What is proved in between, on parts of the server. */
const PARTS_ON_BOTH_STORES = ['libs/runtime/src/restored/restored-store'];

export default {
  rootDir,
  maxWorkers: 2,
  // Modules of a suite that is over stay in the memory of its process, which in the end does nothing but clear it up.
  workerIdleMemoryLimit: '1GB',
  // A machine that is short of processors is slow, not wrong.
  testTimeout: 600_000,
  projects: [
    project,
    {
      ...project,
      displayName: 'on eventstoredb',
      testMatch: [
        ...Object.entries(ON_BOTH_STORES).flatMap(([folder, names]) =>
          names.map((name) => `<rootDir>/test/${folder}/${name}.e2e-spec.ts`),
        ),
        ...PARTS_ON_BOTH_STORES.map((path) => `<rootDir>/${path}.int-spec.ts`),
      ],
      setupFiles: [...project.setupFiles, '<rootDir>/test/tooling/on-eventstoredb.setup.mjs'],
    },
  ],
};
