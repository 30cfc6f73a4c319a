/** What many people at once cost, and whether one of them can starve another. See README.md beside this file. */
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openCore } from '../src/compose/index.ts';
import { loadConfig } from '../src/config/index.ts';
import { createAccessToken } from '../src/identity/index.ts';
import { DOCUMENTS_READ } from '../src/tools/index.ts';
import { script, whole } from './support/command-line.ts';
import { countBy, median, megabytes, milliseconds, number, quantile, table } from './support/figures.ts';
import { type FileTree, makeFileTree } from './support/file-tree.ts';
import { type RestOutcome, restClient } from './support/rest-client.ts';
import { runPass } from './support/run-pass.ts';
import { serve } from './support/serving.ts';
import { makeWorkspace, type Workspace } from './support/workspace.ts';
import { zipfWords } from './support/zipf-text.ts';

const USAGE = `node bench/concurrency.ts [options]
Serves a share of generated files with \`ntk serve\` to eight people of whom each may read another half of it, lets one
program of theirs ask over REST, as fast as it is answered; the same beside one person who floods the server; then 1, 8
and 32 programs while files are saved.

  --seconds N    of each round (60)
  --files N      files of the share (5000)
  --saves N      files saved a second, every second one new (5)
  --flood N      questions that the flooding person always has on the way (200)`;

const CLIENTS = [1, 8, 32];
const PEOPLE = 8;
const WORDS_OF_FILE = 250;
const WORDS_OF_QUESTION = 5;
const VOCABULARY = 20_000;
const WARM_UP = 30;

interface Person {
  readonly login: string;
  readonly secret: string;
}

/** One question: how long it took in milliseconds, what came of it. */
interface Asked {
  readonly taken: number;
  readonly outcome: RestOutcome;
  /** Whether a path came that the person may not read. */
  readonly leaked: boolean;
}

await script(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      files: { type: 'string', default: '5000' },
      saves: { type: 'string', default: '5' },
      flood: { type: 'string', default: '200' },
    },
  });
  const seconds = whole('seconds', values.seconds);
  const saves = whole('saves', values.saves);
  const flood = whole('flood', values.flood);
  const tree = makeFileTree(whole('files', values.files), { length: WORDS_OF_FILE });
  const workspace = makeWorkspace({ share: tree.root, acl: 'sidecar', directory: directory() });
  try {
    permit(tree);
    const pass = await runPass(workspace.config);
    if (pass.trouble !== null) throw new Error(pass.trouble);
    const people = await tokens(workspace);
    const serving = await serve(workspace.config);
    const round = (askers: readonly Person[], length = seconds): Promise<Asked[]> =>
      ask(serving.url, askers, length);
    await warmUp(serving.url, people);

    const rows: string[][] = [];
    const alone = await round(people.slice(0, 1));
    rows.push(row('1, nothing saved', alone, alone, seconds));
    const [polite, rude] = people;
    if (polite === undefined || rude === undefined) throw new Error('there are no people');
    const [beside, flooding] = await Promise.all([
      round([polite]),
      round(Array.from({ length: flood }, () => rude)),
    ]);
    rows.push(row(`1 polite beside ${flood} of one person`, beside, alone, seconds));
    rows.push(row('the flood itself', flooding, alone, seconds));
    for (const count of CLIENTS) {
      const writer = save(tree, saves);
      const askers = Array.from({ length: count }, (_, at) =>
        people.slice(at % PEOPLE, (at % PEOPLE) + 1),
      ).flat();
      const asked = await round(askers);
      rows.push(row(`${count}, ${writer.stop()} saved`, asked, alone, seconds));
    }
    const usage = await serving.stop();
    const header = [
      'programs',
      'answers/s',
      'ratio',
      'p50',
      'p95',
      'p99',
      'slowest',
      'ratio of p95',
      'errors',
    ];
    console.log(`chunks ${number(pass.summary?.chunks ?? 0)}\n`);
    console.log(table([header, ...rows]));
    console.log(
      `\npeak memory ${megabytes(usage.root)} (the server), ${megabytes(usage.tree)} (with its children)`,
    );
  } finally {
    workspace.remove();
    tree.remove();
  }
});

/** People and the groups they are in. */
function directory(): unknown {
  const logins = Array.from({ length: PEOPLE }, (_, at) => `person-${at}`);
  const groups = logins.map((_, group) => ({
    id: `group-${group}`,
    users: logins.filter((_login, at) => reads(at, group)),
  }));
  return { users: logins.map((id) => ({ id })), groups };
}

/** Half of all groups, scattered. */
function reads(person: number, group: number): boolean {
  return (person * 3 + group * 5) % PEOPLE < PEOPLE / 2;
}

/** Gives each folder with files to one group. */
function permit(tree: FileTree): void {
  const folders = new Set(tree.paths.map((path) => path.slice(0, path.lastIndexOf('/'))));
  for (const folder of folders) {
    const list = { inherit: false, entries: [{ allow: `group:group-${groupOf(folder)}` }] };
    writeFileSync(join(tree.root, folder, '.acl.yaml'), JSON.stringify(list));
  }
}

function groupOf(path: string): number {
  const [, area, part] = /^area (\d+)\/part (\d+)/.exec(path) ?? [];
  return (Number(area) * 10 + Number(part)) % PEOPLE;
}

async function tokens({ config }: Workspace): Promise<Person[]> {
  const core = await openCore(await loadConfig(config));
  const people: Person[] = [];
  for (let at = 0; at < PEOPLE; at += 1) {
    const login = `person-${at}`;
    const user = await core.userOf(login);
    if (user === null) throw new Error(`no user ${login}`);
    const deps = { store: core.catalog.accessTokens, now: core.now, randomBytes };
    const wanted = { user, scopes: [DOCUMENTS_READ], label: null, expiresInSeconds: 86_400 };
    people.push({ login, secret: (await createAccessToken(deps, wanted)).secret });
  }
  await core.close();
  return people;
}

/** Lets every asker ask its own questions, one after the other, for so many seconds. */
async function ask(url: string, askers: readonly Person[], seconds: number): Promise<Asked[]> {
  const until = performance.now() + seconds * 1_000;
  const asked: Asked[] = [];
  await Promise.all(
    askers.map(async ({ login, secret }, at) => {
      const client = restClient(url, secret);
      const words = zipfWords({ vocabulary: VOCABULARY, seed: at + 1 });
      const person = Number(login.split('-')[1]);
      while (performance.now() < until) {
        const started = performance.now();
        const outcome = await client.ask(words.text(WORDS_OF_QUESTION));
        const taken = performance.now() - started;
        const paths = outcome.kind === 'answer' ? outcome.paths : [];
        const leaked = paths.some((path) => !reads(person, groupOf(path)));
        asked.push({ taken, outcome, leaked });
      }
      client.close();
    }),
  );
  return asked;
}

async function warmUp(url: string, people: readonly Person[]): Promise<void> {
  const words = zipfWords({ vocabulary: VOCABULARY, seed: 0 });
  for (const { secret } of people) {
    const client = restClient(url, secret);
    for (let at = 0; at < WARM_UP; at += 1) await client.ask(words.text(WORDS_OF_QUESTION));
    client.close();
  }
}

/** Saves files evenly until it is stopped, new ones and changed ones in turn; says how many. */
function save(tree: FileTree, perSecond: number): { stop(): number } {
  const words = zipfWords({ vocabulary: VOCABULARY, seed: 99 });
  const round = Date.now();
  let saved = 0;
  const timer = setInterval(() => {
    const old = tree.paths[(saved * 7_919) % tree.paths.length] ?? '';
    if (saved % 2 === 0) {
      const folder = join(tree.root, old, '../saved');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${round} ${saved}.txt`), words.text(WORDS_OF_FILE));
    } else appendFileSync(join(tree.root, old), words.text(WORDS_OF_QUESTION));
    saved += 1;
  }, 1_000 / perSecond);
  return {
    stop() {
      clearInterval(timer);
      return saved;
    },
  };
}

function row(what: string, asked: readonly Asked[], beside: readonly Asked[], seconds: number): string[] {
  const times = timesOf(asked);
  const ratioOfRates = times.length / timesOf(beside).length;
  const p95 = quantile(times, 0.95);
  const ratio = p95 / quantile(timesOf(beside), 0.95);
  const errors = countBy(
    asked.flatMap(({ outcome, leaked }) => {
      if (leaked) return ['LEAKED'];
      return outcome.kind === 'error' ? [outcome.name] : [];
    }),
    (name) => name,
  );
  return [
    what,
    number(times.length / seconds),
    number(ratioOfRates),
    milliseconds(median(times)),
    milliseconds(p95),
    milliseconds(quantile(times, 0.99)),
    milliseconds(quantile(times, 1)),
    number(ratio),
    errors.length === 0 ? 'none' : errors.map(([name, count]) => `${number(count)} × ${name}`).join(', '),
  ];
}

/** Milliseconds of those that were answered. */
function timesOf(asked: readonly Asked[]): number[] {
  return asked.filter(({ outcome }) => outcome.kind === 'answer').map(({ taken }) => taken);
}
