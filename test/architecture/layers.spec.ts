import { describe, expect, it } from '@jest/globals';
import { LAYERS, isTestCode, problemsOf } from './layer-rules.js';
import { filesBelow, foldersIn, parse, sourceFiles, textOf } from './source-tree.js';

// Goal: the layers of the architecture cannot be broken by accident. Method: parse the imports of every file under
// libs and apps, and judge each by the rules; then judge made-up offenders, because a rule that cannot fail is none.

interface Manifest {
  readonly imports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}
const manifest = JSON.parse(textOf('package.json')) as Manifest;
const packages = new Set(Object.keys(manifest.dependencies));
const files = [...sourceFiles('libs'), ...sourceFiles('apps')];

describe('layers', () => {
  it('are respected by every import', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.flatMap((file) => problemsOf(file, packages))).toEqual([]);
  });

  it('know every lib', () => {
    expect(foldersIn('libs').filter((lib) => !(lib in LAYERS))).toEqual([]);
  });

  it('have an entrance for every lib, under its name', () => {
    const libs = foldersIn('libs');
    const present = new Set(filesBelow('libs'));
    expect(libs.filter((lib) => !present.has(`libs/${lib}/src/index.ts`))).toEqual([]);
    const wrong = libs.filter((lib) => manifest.imports[`#${lib}`] !== `./dist/libs/${lib}/src/index.js`);
    expect(wrong).toEqual([]);
    const contracts = libs.filter((lib) => present.has(`libs/${lib}/src/contract.ts`));
    const unnamed = contracts.filter(
      (lib) => manifest.imports[`#${lib}/contract`] !== `./dist/libs/${lib}/src/contract.js`,
    );
    expect(unnamed).toEqual([]);
  });

  it('end in composition roots that compose and do nothing else', () => {
    const long = sourceFiles('apps').filter(({ path, lines }) => !isTestCode(path) && lines >= 150);
    expect(long.map(({ path, lines }) => `${path}: ${String(lines)} lines`)).toEqual([]);
  });
});

describe('the rules notice', () => {
  it.each([
    ['a deeper layer that imports a higher one', 'libs/event-store/src/a.ts', '#consent', 'strictly deeper'],
    ['a layer that imports its like', 'libs/reporting/src/a.ts', '#evidence', 'strictly deeper'],
    ['a runtime that knows HTTP', 'libs/runtime/src/a.ts', '#http', 'strictly deeper'],
    ['a lib that imports itself by name', 'libs/consent/src/a.ts', '#consent', 'strictly deeper'],
    ['its own contract by name', 'libs/consent/src/a.ts', '#consent/contract', 'strictly deeper'],
    ['a context that looks inside another', 'libs/consent/src/a.ts', '#rights', 'strictly deeper'],
    ['a spec that does', 'libs/consent/src/a.spec.ts', '#rights', 'strictly deeper'],
    ['a lib that imports an app', 'libs/http/src/a.ts', '../../../apps/server/src/b.js', 'own lib or app'],
    ['a way round the contract', 'libs/consent/src/a.ts', '../../rights/src/b.js', 'own lib or app'],
    ['a private subpath', 'apps/server/src/a.ts', '#consent/domain', 'no dependency'],
    ['an unknown lib', 'apps/server/src/a.ts', '#crm', 'no such lib'],
    [
      'a contract that runs something',
      'libs/consent/src/contract.ts',
      './consent.module.js',
      'a contract imports',
    ],
    ['a contract with a framework', 'libs/consent/src/contract.ts', '@nestjs/common', 'a contract imports'],
    ['a contract that knows a store', 'libs/consent/src/contract.ts', '#event-store', 'a contract imports'],
    ['a domain that knows a store', 'libs/consent/src/domain/a.ts', '#event-store', 'a domain imports'],
    ['a domain that knows its shell', 'libs/consent/src/domain/a.ts', '../http/b.js', 'a domain imports'],
    ['a domain with Node in it', 'libs/consent/src/domain/a.ts', 'node:crypto', 'a domain imports'],
    ['a domain with a package in it', 'libs/consent/src/domain/a.ts', 'typebox', 'a domain imports'],
    ['a kernel with a package in it', 'libs/kernel/src/a.ts', 'typebox', 'kernel depends on nothing'],
    ['a kernel that reads files', 'libs/kernel/src/a.ts', 'node:fs', 'kernel depends on nothing'],
    ['a kernel that imports a lib', 'libs/kernel/src/a.ts', '#event-store', 'strictly deeper'],
    ['a product that imports test code', 'libs/http/src/a.ts', './b.spec.js', 'test code'],
    ['a product that imports a contract suite', 'libs/http/src/a.ts', './contract-suite/b.js', 'test code'],
    ['a product that imports a harness', 'libs/http/src/a.ts', './b.harness.js', 'test code'],
    ['a product that imports #testing', 'libs/http/src/a.ts', '#testing', '#testing'],
    ['a product that imports a tool', 'libs/http/src/a.ts', 'fast-check', 'no dependency'],
    ['a tool by its subpath', 'apps/server/src/a.ts', '@jest/globals/x', 'no dependency'],
  ])('%s', (_, path, specifier, problem) => {
    const offender = parse(path, `import { thing } from '${specifier}';`);
    expect(problemsOf(offender, packages)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ['an import of types', "import type { A } from '#http';"],
    ['a dynamic import', "const a = await import('#http');"],
    ['an import in a type', "type A = import('#http').A;"],
    ['an export from elsewhere', "export * from '#http';"],
    ['an import for its effect', "import '#http';"],
  ])('%s', (_, text) => {
    expect(problemsOf(parse('libs/event-store/src/a.ts', text), packages)).toHaveLength(1);
  });

  it.each([
    ['a deeper layer', 'libs/consent/src/a.ts', '#runtime'],
    ['a contract of a neighbour', 'libs/consent/src/a.ts', '#rights/contract'],
    ['a contract on a contract', 'libs/consent/src/contract.ts', '#event-store/contract'],
    ['a contract in parts', 'libs/rights/src/contract.ts', './contract/erasure.js'],
    ['a domain on its contract', 'libs/consent/src/domain/deep/a.ts', '../../contract.js'],
    ['a domain on a sibling', 'libs/consent/src/domain/deep/a.ts', '../b.js'],
    ['the domain’s spec', 'libs/consent/src/domain/a.spec.ts', 'fast-check'],
    ['the kernel on hashing', 'libs/kernel/src/a.ts', 'node:crypto'],
    ['a spec of the kernel on #testing', 'libs/kernel/src/a.spec.ts', '#testing'],
    ['a composition root on everything', 'apps/server/src/a.ts', '#consent'],
    ['a package in parts', 'apps/server/src/a.ts', 'rxjs/operators'],
    ['a scenario on the whole server', 'libs/http/src/a.e2e-spec.ts', '../../../apps/server/src/b.js'],
  ])('and allow %s', (_, path, specifier) => {
    expect(problemsOf(parse(path, `import { thing } from '${specifier}';`), packages)).toEqual([]);
  });
});
