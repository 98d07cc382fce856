import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseAst } from 'rolldown/parseAst';

/** A package of the workspace. */
export interface Package {
  readonly folder: string;
  /** Without the scope. */
  readonly name: string;
  readonly json: Manifest;
  readonly sources: readonly string[];
}

/** The parts of a package.json that the tests read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly license?: string;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;

const isTest = /\.(test|stories)\.ts$/;

/** The packages under the given folders; sources leave out tests and stories. */
export const packagesIn = (pattern: string): Package[] =>
  globSync(`${pattern}/package.json`)
    .sort()
    .map((file) => {
      const folder = dirname(file);
      const json = readJson<Manifest>(file);
      const sources = globSync(join(folder, 'src/**/*.{ts,tsx}')).filter((source) => !isTest.test(source));
      return { folder, name: json.name.replace('@organism/', ''), json, sources };
    });

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';

/** Every node of a source file's syntax tree. */
export function* nodesOf(file: string): Generator<Node> {
  const stack: unknown[] = [parseAst(readFileSync(file, 'utf8'), { lang: file.endsWith('x') ? 'tsx' : 'ts' })];
  while (stack.length > 0) {
    const value = stack.pop();
    if (isNode(value)) yield value;
    if (typeof value === 'object' && value !== null) stack.push(...Object.values(value));
  }
}

/** What a file imports or re-exports, dynamic imports of fixed names included. */
export const importsOf = (file: string): string[] =>
  [...nodesOf(file)].flatMap(({ type, source }) => {
    const isImport =
      type === 'ImportDeclaration' ||
      type === 'ExportNamedDeclaration' ||
      type === 'ExportAllDeclaration' ||
      type === 'ImportExpression';
    return isImport && isNode(source) && typeof source['value'] === 'string' ? [source['value']] : [];
  });
