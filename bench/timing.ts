/** Whether an answer takes longer for a hidden id than for one that does not exist. See README.md beside this file. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { principalId, shareId } from '../acl/index.ts';
import { ingest, openAnswering, openCore } from '../src/compose/index.ts';
import { startServing } from '../src/compose/serving.ts';
import { loadConfig } from '../src/config/index.ts';
import { createAccessToken } from '../src/identity/index.ts';
import { script, whole } from './support/command-line.ts';
import { median, number, table } from './support/figures.ts';
import { mannWhitney } from './support/mann-whitney.ts';

const USAGE = `node bench/timing.ts [options]
Asks a running server for documents that are hidden from the caller, for ids that no document has and for texts that
are no ids, over REST and MCP, in turns that are shuffled, and says whether the times can be told apart.

  --samples N      questions of each kind over each face (2000)
  --documents N    documents of the share, half of them hidden (400)`;

const FACES = ['REST', 'MCP'] as const;
const KINDS = ['hidden', 'absent', 'absent again', 'hidden passage', 'absent passage', 'malformed'] as const;
type Kind = (typeof KINDS)[number];

/** What is compared with what; the second pair shows how far two samples of one kind lie apart. */
const PAIRS: readonly (readonly [Kind, Kind])[] = [
  ['hidden', 'absent'],
  ['absent again', 'absent'],
  ['hidden passage', 'absent passage'],
  ['malformed', 'absent'],
];

/** A difference of medians that could be seen over a network after very many questions, as a share of the median. */
const BAND = 0.05;
const SIGNIFICANT = 0.001;
const WARM_UP = 200;
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

await script(USAGE, async () => {
  const { values } = parseArgs({
    options: {
      samples: { type: 'string', default: '2000' },
      documents: { type: 'string', default: '400' },
    },
  });
  const samples = whole('samples', values.samples);
  const site = await openSite(whole('documents', values.documents));
  try {
    const rows: string[][] = [
      ['face', 'asked for', 'median', 'against', 'median', 'difference', 'p', 'verdict'],
    ];
    for (const face of FACES) {
      const taken = await measure(site, face, samples);
      for (const [kind, base] of PAIRS) {
        const [one, other] = [median(taken[kind]), median(taken[base])];
        const difference = (one - other) / other;
        const { p } = mannWhitney(taken[kind], taken[base]);
        const shown = [`${(difference * 100).toFixed(1)} %`, p < 0.0001 ? '< 0.0001' : p.toFixed(4)];
        const said = kind === 'malformed' ? 'tells nothing: the caller wrote it' : verdict(difference, p);
        rows.push([face, kind, `${number(one)} µs`, base, `${number(other)} µs`, ...shown, said]);
      }
    }
    console.log(table(rows));
  } finally {
    await site.close();
  }
});

function verdict(difference: number, p: number): string {
  if (p >= SIGNIFICANT) return 'not told apart';
  return Math.abs(difference) < BAND ? 'told apart, within the band' : 'TOLD APART';
}

interface Site {
  ask(face: (typeof FACES)[number], id: string): Promise<void>;
  readonly hidden: readonly string[];
  /** By document, what turns its id into that of its first passage. */
  readonly revisions: ReadonlyMap<string, string>;
  close(): Promise<void>;
}

async function measure(
  site: Site,
  face: (typeof FACES)[number],
  samples: number,
): Promise<Record<Kind, number[]>> {
  const taken = Object.fromEntries(KINDS.map((kind) => [kind, []])) as unknown as Record<Kind, number[]>;
  const idFor = (kind: Kind): string => {
    const hidden = site.hidden[Math.floor(Math.random() * site.hidden.length)] ?? '';
    const passage = `.${randomBytes(8).toString('hex')}.0`;
    switch (kind) {
      case 'hidden':
        return hidden;
      case 'hidden passage':
        return `${hidden}${site.revisions.get(hidden) ?? ''}`;
      case 'absent passage':
        return `${randomId()}${passage}`;
      case 'malformed':
        return `no-id-${randomId().slice(6)}`;
      default:
        return randomId();
    }
  };
  for (let at = 0; at < WARM_UP; at += 1) await site.ask(face, idFor(KINDS[at % KINDS.length] ?? 'absent'));
  for (let at = 0; at < samples; at += 1) {
    for (const kind of shuffled(KINDS)) {
      const id = idFor(kind);
      const started = process.hrtime.bigint();
      await site.ask(face, id);
      taken[kind].push(Number(process.hrtime.bigint() - started) / 1_000);
    }
  }
  return taken;
}

/** A share of which bob reads every second document, served on this machine. */
async function openSite(documents: number): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'ntk-timing-'));
  const share = join(folder, 'share');
  for (const [place, reader] of [
    ['open', 'everyone'],
    ['closed', 'user:ann'],
  ] as const) {
    mkdirSync(join(share, place), { recursive: true });
    writeFileSync(join(share, place, '.acl.yaml'), `entries:\n  - allow: ${reader}\n`);
    for (let n = 0; n < documents / 2; n += 1) {
      writeFileSync(
        join(share, place, `${n}.md`),
        `# Note ${n}\n\nWhat stands in note ${n} is for its readers.\n`,
      );
    }
  }
  const config = join(folder, 'need-to-know.yaml');
  writeFileSync(join(folder, 'directory.yaml'), JSON.stringify({ users: [{ id: 'ann' }, { id: 'bob' }] }));
  const text = {
    shares: [{ name: 'docs', path: './share', acl: { source: 'sidecar' } }],
    directory: { source: 'file', path: './directory.yaml' },
  };
  writeFileSync(config, JSON.stringify(text));
  const core = await openCore(await loadConfig(config));
  await ingest(core, { rebuild: false, onEvent: () => {} });
  const publicUrl = 'http://127.0.0.1';
  const onFault = (where: string, error: unknown): void => console.error(where, error);
  const answering = await openAnswering(core, { publicUrl, onFault });
  const server = await startServing(core, answering, {
    host: '127.0.0.1',
    port: 0,
    publicUrl,
    version: 'bench',
    onFault,
  });
  const { secret } = await createAccessToken(
    { store: core.catalog.accessTokens, now: core.now, randomBytes },
    {
      user: principalId('user:bob'),
      scopes: ['documents:read'],
      label: null,
      expiresInSeconds: 86_400,
    },
  );
  const headers = { authorization: `Bearer ${secret}` };
  const client = new Client({ name: 'timing', version: '1' });
  const to = new URL(`${server.url}/mcp/documents`);
  await client.connect(new StreamableHTTPClientTransport(to, { requestInit: { headers } }));
  const query = { share: shareId('docs'), under: 'closed', after: '', limit: documents };
  const closed = await core.catalog.listDocuments(query);
  return {
    hidden: closed.map(({ id }) => id),
    revisions: new Map(closed.map(({ id, revision }) => [id, `.${revision}.0`])),
    async ask(face, id) {
      if (face === 'MCP') await client.callTool({ name: 'fetch', arguments: { id } });
      else await (await fetch(`${server.url}/api/v1/documents/${id}`, { headers })).arrayBuffer();
    },
    async close() {
      await client.close();
      await server.close();
      await answering.close();
      await core.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function randomId(): string {
  return [...randomBytes(16)].map((byte) => BASE32[byte % 32]).join('');
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}
