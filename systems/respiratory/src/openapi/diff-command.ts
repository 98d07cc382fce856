#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type ApiChange, diffOpenApi } from './diff.ts';

const usage = `Usage: organism-openapi-diff [--json] <before> <after>

Tells what changed between two OpenAPI 3 documents in JSON, each a file or an http(s) URL, and whether it breaks clients
that were made for the first.

  --json      print a list of { breaking, operation, part, message }
  -h, --help  print this

Exit code: 0 nothing breaks, 1 something does, 2 the documents can't be compared.
`;

/** What keeps us from comparing; said in one line. */
class Refusal extends Error {}

/** How long a server may take for its document, in milliseconds. */
const patienceMs = 30_000;

const reasonOf = (error: unknown): string => {
  const { cause, message } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
};

const textOf = async (place: string): Promise<string> => {
  try {
    if (!/^https?:\/\//i.test(place)) return await readFile(place, 'utf8');
    const answer = await fetch(place, { signal: AbortSignal.timeout(patienceMs) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return await answer.text();
  } catch (error) {
    throw new Refusal(`${place} can't be read: ${reasonOf(error)}`);
  }
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const documentOf = async (place: string): Promise<Readonly<Record<string, unknown>>> => {
  const text = await textOf(place);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new Refusal(`${place} is not JSON.`);
  }
  // A document of something else has no operations that could differ, and would pass.
  if (!isRecord(document) || !/^3\.\d/.test(String(document['openapi'])) || !isRecord(document['paths'] ?? {}))
    throw new Refusal(`${place} is no OpenAPI 3 document.`);
  return document;
};

const lineOf = ({ breaking, operation, part, message }: ApiChange): string =>
  `${breaking ? 'breaking' : 'fine    '}  ${operation}  ${part === 'operation' ? '' : `${part}: `}${message}\n`;

const summaryOf = (changes: readonly ApiChange[]): string => {
  const breaking = changes.filter((change) => change.breaking).length;
  return changes.length === 0 ? 'Nothing changed.\n' : `${breaking} breaking, ${changes.length - breaking} fine.\n`;
};

const main = async (): Promise<number> => {
  const options = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help === true) {
    process.stdout.write(usage);
    return 0;
  }
  const [before, after] = positionals;
  if (before === undefined || after === undefined || positionals.length > 2)
    throw new Refusal(`Two documents are needed; got ${positionals.length}.\n\n${usage}`);
  const changes = diffOpenApi(...(await Promise.all([documentOf(before), documentOf(after)])));
  // What breaks comes first, as it is what most look for.
  const sorted = changes.toSorted((a, b) => Number(b.breaking) - Number(a.breaking));
  process.stdout.write(
    values.json === true
      ? `${JSON.stringify(sorted, undefined, 2)}\n`
      : sorted.map(lineOf).join('') + summaryOf(sorted),
  );
  return sorted.some(({ breaking }) => breaking) ? 1 : 0;
};

/** What a failure says: of a fault of our own all, of wrong arguments also which would be right. */
const complaintOf = (error: unknown): string => {
  if (error instanceof Refusal) return error.message;
  const { code = '', message, stack } = error as NodeJS.ErrnoException;
  return code.startsWith('ERR_PARSE_ARGS') ? `${message}\n\n${usage}` : String(stack);
};

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${complaintOf(error).trimEnd()}\n`);
  process.exitCode = 2;
}
