import { fileURLToPath } from 'node:url';

/** One project for everything: `.spec` is pure, `.int-spec` needs PostgreSQL (the tests start it), `.e2e-spec` needs the whole server. */
export default {
  rootDir: fileURLToPath(new URL('../..', import.meta.url)),
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
  testTimeout: 180_000,
  maxWorkers: 2,
};
