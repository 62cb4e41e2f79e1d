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

/** Stories that the choice of the event store could change; the others are about requests alone. */
const STORIES = [
  'a-no-is-always-accepted',
  'erasure',
  'if-match',
  'keys',
  'looks',
  'past-days',
  'rebuild',
  'restriction',
  'retries',
  'shared-addresses',
  'sign-up-to-withdrawal',
];

export default {
  rootDir,
  maxWorkers: 2,
  testTimeout: 180_000,
  projects: [
    project,
    {
      ...project,
      displayName: 'on eventstoredb',
      testMatch: STORIES.map((name) => `<rootDir>/test/acceptance/${name}.e2e-spec.ts`),
      setupFiles: [...project.setupFiles, '<rootDir>/test/tooling/on-eventstoredb.setup.mjs'],
    },
  ],
};
