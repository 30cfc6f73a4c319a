/** The main job on the sample company, for eyes: ingest, ask as three people, ask again over MCP. Exits 1 on a leak. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { passProgress } from '../src/cli/progress.ts';
import { version } from '../src/cli/session.ts';
import { note, plain, print, style, wrap } from '../src/cli/terminal.ts';
import { ingest, openAnswering, openCore } from '../src/compose/index.ts';
import { startServing } from '../src/compose/serving.ts';
import { loadConfig } from '../src/config/index.ts';
import { createAccessToken } from '../src/identity/index.ts';

const CONFIG = join(import.meta.dirname, '..', 'corpus-sample', 'need-to-know.yaml');

const PEOPLE = [
  { login: 'giulia.zanchetta', who: 'chief executive' },
  { login: 'anna.rossi', who: 'finance' },
  { login: 'jan.kowalczyk', who: 'external service partner' },
] as const;

/** Whoever asks: what the answer must never show them. */
const QUESTIONS = [
  {
    query: 'sabbatical leave: for how long and at what pay?',
    secret: {
      path: 'HR/Executive agreements/Executive leave agreement - Sgarbossa.docx',
      readers: ['giulia.zanchetta'],
    },
  },
  {
    query: 'fattura INV-2025-0113 non pagata dalla Cartiera Valmorel',
    secret: {
      path: 'Contabilità e Finanza/Solleciti/Secondo sollecito INV-2025-0113 Cartiera Valmorel.eml',
      readers: ['giulia.zanchetta', 'anna.rossi'],
    },
  },
  { query: 'replacing the shaft seal of the MX-450', secret: null },
] as const;

interface Result {
  readonly path: string;
  readonly section: readonly string[];
  readonly page: number | null;
  readonly snippet: string;
}

const SHOWN = 2;
let leaks = 0;

const core = await openCore(await loadConfig(CONFIG));

print(style('bold', '\n1  Ingest the sample company’s share\n'));
const progress = passProgress({ quiet: false });
const summary = await ingest(core, { rebuild: true, onEvent: progress.onEvent });
progress.stop();
const files = summary.indexed + summary.unchanged;
print(
  `   ${files} files, ${summary.chunks} passages in ${summary.seconds.toFixed(1)} s; ${summary.quarantined.length} could not be read`,
);

const fault = (where: string, error: unknown): void => note(`fault in ${where}: ${(error as Error).message}`);
const answering = await openAnswering(core, { publicUrl: 'http://127.0.0.1', onFault: fault });
const server = await startServing(core, answering, {
  host: '127.0.0.1',
  port: 0,
  publicUrl: 'http://127.0.0.1',
  version: version(),
  onFault: fault,
});

print(style('bold', '\n2  The same questions, asked by three people\n'));
const direct: number[] = [];
for (const question of QUESTIONS) {
  print(`${style('cyan', '?')} ${style('bold', question.query)}`);
  for (const person of PEOPLE) {
    const user = await core.userOf(person.login);
    if (user === null) throw new Error(`the sample directory has no ${person.login}`);
    const caller = { user, scopes: new Set(['documents:read']), via: 'cli' as const };
    const started = performance.now();
    const answer = await answering.gate.call(answering.tools.searchDocuments, caller, {
      query: question.query,
      limit: 5,
    });
    direct.push(performance.now() - started);
    if (!answer.ok) throw new Error(answer.refusal.message);
    show(person, question, answer.output.results);
  }
  print('');
}

print(style('bold', '3  Again, through an MCP client over HTTP\n'));
const remote: number[] = [];
for (const person of PEOPLE) {
  const user = await core.userOf(person.login);
  if (user === null) throw new Error(`the sample directory has no ${person.login}`);
  const deps = { store: core.catalog.accessTokens, now: core.now, randomBytes };
  const request = { user, scopes: ['documents:read'], label: 'demo', expiresInSeconds: 600 };
  const { secret, stored } = await createAccessToken(deps, request);
  const client = new Client({ name: 'demo', version: version() });
  const headers = { Authorization: `Bearer ${secret}` };
  const url = new URL(`${server.url}/mcp/documents`);
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
  const tools = (await client.listTools()).tools.map(({ name }) => name);
  print(`${style('cyan', '→')} ${style('bold', person.login)} has ${tools.join(', ')}`);
  for (const question of QUESTIONS) {
    const started = performance.now();
    const answer = await client.callTool({
      name: 'search_documents',
      arguments: { query: question.query, limit: 5 },
    });
    remote.push(performance.now() - started);
    const { results } = answer.structuredContent as { results: Result[] };
    const first = results[0];
    const hidden = isHidden(person, question, results)
      ? style('yellow', '  (a better answer stays hidden)')
      : '';
    print(
      `   ${plain(question.query)}\n     ${first === undefined ? 'nothing this person may read' : place(first)}${hidden}`,
    );
  }
  await client.close();
  await core.catalog.accessTokens.revoke(stored.id, core.now());
}

print(style('bold', '\n4  Timings\n'));
print(`   search, in this process   ${milliseconds(direct)}`);
print(`   search, MCP over HTTP     ${milliseconds(remote)}`);
await server.close();
await answering.close();
await core.close();

if (leaks > 0) {
  note(style('red', `\n${leaks} answers showed what the asker may not read`, process.stderr));
  process.exitCode = 1;
} else {
  print(style('green', '\nEveryone saw only what they may read. Go on with:\n'));
  print('  npx ntk search "parental leave" --as anna.rossi --config corpus-sample/need-to-know.yaml');
  print('  npx ntk serve --config corpus-sample/need-to-know.yaml');
}

type Person = (typeof PEOPLE)[number];
type Question = (typeof QUESTIONS)[number];

function show(person: Person, question: Question, results: readonly Result[]): void {
  print(`  ${style('bold', person.login)} (${person.who})`);
  if (results.length === 0) print(style('dim', '     nothing among the documents this person may read'));
  for (const result of results.slice(0, SHOWN)) {
    print(`     ${place(result)}`);
    print(style('dim', wrap(plain(result.snippet), '       ')));
  }
  if (isHidden(person, question, results)) {
    print(style('yellow', `     hidden from ${person.login}: ${plain(question.secret?.path ?? '')}`));
  }
}

/** Whether the question's secret is rightly kept from the person; counts it when it is shown all the same. */
function isHidden(person: Person, { secret }: Question, results: readonly Result[]): boolean {
  if (secret === null || (secret.readers as readonly string[]).includes(person.login)) return false;
  if (results.some(({ path }) => path === secret.path)) leaks += 1;
  return true;
}

function place({ path, page, section }: Result): string {
  const where = [page === null ? '' : `p. ${page}`, section.at(-1) ?? '']
    .filter((part) => part !== '')
    .join(', ');
  return `${style('green', plain(path))}${where === '' ? '' : `  ${plain(where)}`}`;
}

function milliseconds(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
  return `median ${at(0.5)} ms, slowest ${(sorted.at(-1) ?? 0).toFixed(1)} ms (${sorted.length} questions)`;
}
