import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';
import { fileURLToPath } from 'node:url';

/** Test code: the roles that `isTestCode` in test/architecture knows. */
const SPECS = [
  ...['spec', 'int-spec', 'e2e-spec', 'contract-suite', 'harness', 'fixture'].map(
    (role) => `**/*.${role}.ts`,
  ),
  ...['test/**/*.ts', 'libs/testing/**/*.ts', 'libs/*/src/**/contract-suite/**/*.ts'],
];
const CORE = [
  'libs/*/src/domain/**/*.ts',
  'libs/*/src/contract.ts',
  'libs/*/src/contract/**/*.ts',
  'libs/kernel/**/*.ts',
];
const CONTRACT = ['libs/*/src/contract.ts', 'libs/*/src/contract/**/*.ts'];
const BARREL = ['libs/*/src/index.ts', 'libs/runtime/src/{config,embedded}/index.ts', ...CONTRACT];

// A later object replaces a rule of an earlier one, so what holds everywhere is named here and repeated.
const NO_DEFAULT_EXPORT = {
  selector: 'ExportDefaultDeclaration',
  message: 'A named export can be found by its name.',
};
const NO_BARREL = {
  selector: ':matches(ExportAllDeclaration, ExportNamedDeclaration[source])',
  message: 'Only the index.ts of a lib hands on what others export.',
};
const NO_HIDDEN_CLOCK = {
  selector:
    ":matches(NewExpression[callee.name='Date'][arguments.length=0], CallExpression[callee.name='Date'])",
  message: 'The domain has no clock: the instant arrives in the command.',
};
const LOSES_FACTS = {
  name: '@nestjs/cqrs',
  importNames: ['AggregateRoot', 'EventBus', 'EventPublisher', 'EventsHandler', 'Saga', 'IEventHandler'],
  message: 'The events of Nest live in memory and are lost: facts go through the event store (ADR 0003).',
};

/** Refuses every import whose path does not match. */
function onlyImports(allowed, message, ...paths) {
  return ['error', { paths, patterns: [{ regex: `^(?!${allowed})`, message }] }];
}

const everywhere = {
  rules: {
    'max-lines': ['error', { max: 300 }],
    'max-lines-per-function': ['error', { max: 70 }],
    complexity: ['error', 12],
    'max-depth': ['error', 3],
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'no-restricted-imports': ['error', { paths: [LOSES_FACTS] }],
    'no-restricted-syntax': ['error', NO_DEFAULT_EXPORT, NO_BARREL],
  },
};

const typescript = {
  files: ['**/*.ts', '**/*.tsx'],
  extends: [tseslint.configs.strictTypeChecked],
  languageOptions: {
    parserOptions: {
      projectService: true,
      tsconfigRootDir: fileURLToPath(new URL('../..', import.meta.url)),
    },
  },
  rules: {
    '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    // A DTO class describes a shape for OpenAPI and validation; whatever has the shape is one.
    '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    // An async method without await still promises that a throw becomes a rejection: adapters in memory rely on it.
    '@typescript-eslint/require-await': 'off',
  },
};

const core = {
  files: CORE,
  ignores: SPECS,
  rules: {
    'no-restricted-globals': [
      'error',
      ...['process', 'fetch', 'crypto', 'console', 'performance', 'require', 'globalThis'],
      ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
    ],
    'no-restricted-properties': [
      'error',
      { object: 'Date', property: 'now', message: 'The instant arrives in the command.' },
      { object: 'Math', property: 'random', message: 'Ids arrive in the command.' },
    ],
    'no-restricted-syntax': ['error', NO_DEFAULT_EXPORT, NO_BARREL, NO_HIDDEN_CLOCK],
  },
};

const imports = [
  {
    files: ['libs/*/src/domain/**/*.ts'],
    ignores: SPECS,
    rules: {
      // A new command or event must meet a decision of its own, so a domain's switch has no default.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: false },
      ],
      'no-restricted-imports': onlyImports(
        '(#kernel|#[a-z-]+/contract)$|\\./|(\\.\\./)+(?!application/|http/|read-model/|eraser/)',
        'A domain knows the kernel, contracts and its siblings only.',
      ),
    },
  },
  {
    files: CONTRACT,
    ignores: SPECS,
    rules: {
      'no-restricted-imports': onlyImports(
        '(typebox|#kernel|#[a-z-]+/contract)$|\\./contract/|\\./[a-z0-9-]+\\.js$|\\.\\./contract\\.js$',
        'A contract knows typebox, the kernel and contracts only.',
      ),
      'no-restricted-syntax': ['error', NO_DEFAULT_EXPORT, NO_HIDDEN_CLOCK],
    },
  },
  {
    files: ['libs/kernel/**/*.ts'],
    ignores: SPECS,
    rules: {
      'no-restricted-imports': onlyImports(
        '\\./[a-z0-9-]+\\.js$|node:crypto$|node:util$',
        'The kernel depends on nothing.',
        {
          name: 'node:crypto',
          allowImportNames: ['createHash'],
          message: 'Randomness and keys are no part of the kernel.',
        },
        { name: 'node:util', allowImportNames: ['inspect'], message: 'The kernel depends on nothing.' },
      ),
    },
  },
];

const specs = {
  files: SPECS,
  rules: {
    'max-lines': ['error', { max: 600 }],
    'max-lines-per-function': 'off',
    'max-depth': 'off',
    '@typescript-eslint/no-unsafe-argument': 'off',
    '@typescript-eslint/no-unsafe-assignment': 'off',
    '@typescript-eslint/no-unsafe-call': 'off',
    '@typescript-eslint/no-unsafe-member-access': 'off',
    '@typescript-eslint/no-unsafe-return': 'off',
    '@typescript-eslint/no-non-null-assertion': 'off',
    '@typescript-eslint/no-empty-function': 'off',
    // What a callback has changed meanwhile, the compiler does not see.
    '@typescript-eslint/no-unnecessary-condition': 'off',
    '@typescript-eslint/unbound-method': 'off',
  },
};

const NODE_GLOBALS = ['process', 'console', 'fetch', 'URL', 'Buffer', 'AbortController', 'AbortSignal'];
const TIMERS = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'performance'];

const scripts = {
  files: ['**/*.js', '**/*.mjs'],
  extends: [tseslint.configs.disableTypeChecked],
  languageOptions: {
    globals: Object.fromEntries([...NODE_GLOBALS, ...TIMERS].map((name) => [name, 'readonly'])),
  },
};

/** Lint of the whole tree; the rules that need to see several files at once are in `test/architecture`. */
export default defineConfig(
  { ignores: ['dist/', 'node_modules/', '.greffe/', 'coverage/', 'test/fixtures/', 'libs/*/golden/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  everywhere,
  typescript,
  { files: BARREL, rules: { 'no-restricted-syntax': ['error', NO_DEFAULT_EXPORT] } },
  core,
  { files: ['libs/kernel/src/index.ts'], rules: { 'no-restricted-syntax': ['error', NO_DEFAULT_EXPORT] } },
  ...imports,
  { files: ['libs/**/*.ts'], ignores: SPECS, rules: { 'no-console': 'error' } },
  // DTOs have no methods that a spread could lose.
  { files: ['libs/*/src/http/**/*.ts'], rules: { '@typescript-eslint/no-misused-spread': 'off' } },
  specs,
  // jest and ESLint ask for a default export of their set-up and configuration files.
  { files: ['test/tooling/*.js', 'test/tooling/postgres.*.mjs'], rules: { 'no-restricted-syntax': 'off' } },
  scripts,
  prettier,
);
