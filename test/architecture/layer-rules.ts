import { posix } from 'node:path';
import type { SourceFile } from './source-tree.js';

/**
 * Layer of every lib; a lib imports strictly deeper layers (smaller numbers) only. The HTTP layer stands above the
 * runtime, whose tokens and command context it carries; nothing below a context knows HTTP.
 */
export const LAYERS: Readonly<Record<string, number>> = {
  kernel: 0,
  testing: 1,
  'subject-keys': 1,
  'event-store': 2,
  runtime: 3,
  http: 4,
  subjects: 5,
  consent: 5,
  rights: 5,
  register: 5,
  solicitation: 5,
  retention: 5,
  breach: 5,
  contacts: 6,
  reporting: 6,
  evidence: 6,
  console: 6,
  permission: 7,
};

/** The layer of the bounded contexts: each sees another one through its contract only. */
const CONTEXTS = 5;

/** What the kernel may take from Node: both are pure. */
const KERNEL_MAY_IMPORT = ['node:crypto', 'node:util'];

type Target =
  | { readonly kind: 'lib'; readonly lib: string; readonly entry: 'index' | 'contract' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'package'; readonly name: string };

/** What is wrong with the imports of a file, one sentence each. `packages`: the dependencies of the product. */
export function problemsOf(file: SourceFile, packages: ReadonlySet<string>): string[] {
  return file.imports.flatMap((specifier) => {
    const target = targetOf(file.path, specifier);
    const rules = [ownFolder, layers, contracts, contractKind, domain, kernel, productCode(packages)];
    const problem = rules.map((rule) => rule(file.path, target)).find((found) => found !== undefined);
    return problem === undefined ? [] : [`${file.path} imports ${specifier}: ${problem}`];
  });
}

/** Whether a file exists for tests only. */
export function isTestCode(path: string): boolean {
  const inTestFolder = /^(test|libs\/testing)\//.test(path) || path.includes('/contract-suite/');
  return inTestFolder || /\.(spec|int-spec|e2e-spec|contract-suite|harness|fixture)\.tsx?$/.test(path);
}

/** Whether a file is what a lib shows to its neighbours: event types, ids, and pure rules about them; nothing that acts. */
function isContract(path: string): boolean {
  return /^libs\/[^/]+\/src\/(contract\/.*|([a-z0-9-]+\.)?contract)\.ts$/.test(path);
}

function targetOf(from: string, specifier: string): Target {
  if (specifier.startsWith('.')) {
    const path = posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts');
    return { kind: 'file', path };
  }
  const [, lib, contract] = /^#([a-z-]+)(\/contract)?$/.exec(specifier) ?? [];
  if (lib !== undefined) return { kind: 'lib', lib, entry: contract === undefined ? 'index' : 'contract' };
  const name = specifier.startsWith('@') ? specifier.split('/', 2).join('/') : specifier.split('/', 1)[0];
  return { kind: 'package', name: specifier.startsWith('node:') ? specifier : (name ?? specifier) };
}

function libOf(path: string): string | undefined {
  return /^libs\/([^/]+)\//.exec(path)?.[1];
}

function ownFolder(from: string, target: Target): string | undefined {
  if (target.kind !== 'file' || from.endsWith('.e2e-spec.ts')) return undefined;
  const [area, name] = from.split('/');
  const own = `${area ?? ''}/${name ?? ''}/`;
  return target.path.startsWith(own) ? undefined : 'a relative path stays inside its own lib or app';
}

function layers(from: string, target: Target): string | undefined {
  if (target.kind !== 'lib') return undefined;
  if (!(target.lib in LAYERS)) return 'no such lib (subpaths other than /contract are private)';
  const lib = libOf(from);
  const isFree = from.endsWith('.e2e-spec.ts') || (target.lib === 'testing' && isTestCode(from));
  if (lib === undefined || isFree) return undefined;
  const [layer, to] = [layerOf(lib), layerOf(target.lib)];
  const neighbour =
    layer === CONTEXTS && to === CONTEXTS && target.entry === 'contract' && lib !== target.lib;
  return to < layer || neighbour ? undefined : `layer ${String(layer)} imports strictly deeper layers only`;
}

/** A lib that nobody gave a layer has the highest one, so that nothing may import it. */
function layerOf(lib: string): number {
  return LAYERS[lib] ?? Infinity;
}

function contracts(from: string, target: Target): string | undefined {
  const lib = libOf(from);
  if (target.kind !== 'lib' || lib === undefined || LAYERS[lib] !== CONTEXTS) return undefined;
  const isNeighbour = LAYERS[target.lib] === CONTEXTS && target.entry === 'index';
  return isNeighbour ? 'a context sees another context through its contract only' : undefined;
}

function contractKind(from: string, target: Target): string | undefined {
  if (!isContract(from) || isTestCode(from)) return undefined;
  return isForContracts(target) || (target.kind === 'package' && target.name === 'typebox')
    ? undefined
    : 'a contract imports typebox, the kernel and contracts only';
}

function domain(from: string, target: Target): string | undefined {
  const [folder] = /^libs\/[^/]+\/src\/domain\//.exec(from) ?? [];
  if (folder === undefined || isTestCode(from)) return undefined;
  const sibling = target.kind === 'file' && target.path.startsWith(folder);
  return sibling || isForContracts(target)
    ? undefined
    : 'a domain imports the kernel, contracts and its siblings only';
}

function isForContracts(target: Target): boolean {
  if (target.kind === 'file') return isContract(target.path);
  return target.kind === 'lib' && (target.lib === 'kernel' || target.entry === 'contract');
}

function kernel(from: string, target: Target): string | undefined {
  if (libOf(from) !== 'kernel' || isTestCode(from) || target.kind === 'file') return undefined;
  return target.kind === 'package' && KERNEL_MAY_IMPORT.includes(target.name)
    ? undefined
    : 'the kernel depends on nothing';
}

function productCode(packages: ReadonlySet<string>) {
  return (from: string, target: Target): string | undefined => {
    if (isTestCode(from)) return undefined;
    if (target.kind === 'lib' && target.lib === 'testing') return 'the product does not import #testing';
    if (target.kind === 'file' && isTestCode(target.path)) return 'the product does not import test code';
    const known = target.kind !== 'package' || target.name.startsWith('node:') || packages.has(target.name);
    return known ? undefined : 'no dependency of the product (package.json)';
  };
}
