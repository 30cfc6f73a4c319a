import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { shareId } from '../../acl/index.ts';
import type { PassSummary } from '../../index/index.ts';
import { type Answering, type Core, ingest, openAnswering, openCore } from '../../src/compose/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { AuditRecord } from '../../src/governance/index.ts';
import { createAccessToken } from '../../src/identity/index.ts';

/** What a company is made of: files of its share by path, people, groups, and who may read what. */
export interface CompanyPlan {
  readonly files: Readonly<Record<string, string>>;
  readonly users: readonly string[];
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** By folder ('' is the root of the share): the people and groups who may read it. */
  readonly readers: Readonly<Record<string, readonly string[]>>;
  /** Further keys of the configuration, and files that stand beside it. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly beside?: Readonly<Record<string, string>>;
}

/** A company with a share in a temporary folder, ingested by the real pass. */
export interface Company {
  readonly folder: string;
  readonly configFile: string;
  readonly core: Core;
  readonly faults: unknown[];
  answering(publicUrl: string, onRecord?: (record: AuditRecord) => void): Promise<Answering>;
  ingest(): Promise<PassSummary>;
  write(path: string, text: string): Promise<void>;
  setReaders(folder: string, readers: readonly string[]): Promise<void>;
  documentId(path: string): Promise<string>;
  /** A personal access token of a user. */
  token(
    login: string,
    options?: { readonly scopes?: readonly string[]; readonly seconds?: number },
  ): Promise<{ readonly id: string; readonly secret: string }>;
  /** Records of the documents' audit, oldest first. */
  readonly auditFile: string;
  close(): Promise<void>;
}

export const SHARE = 'company';

/** Anna reads everything; Bruno everything but what is in `hr`. */
export const TWO_PEOPLE: CompanyPlan = {
  files: {
    'policies/leave.md': `# Leave policy

## Parental leave

Employees may take twenty weeks of parental leave. The first two weeks after the birth are paid in full.

## Carry-over

Up to five days of unused holiday may be carried over until 31 March.
`,
    'policies/ferie.md': `# Ferie e permessi

## Riporto

Le ferie non godute si possono riportare fino al 31 marzo, per un massimo di cinque giorni.
`,
    'hr/salaries.md': `# Salary bands

## Band 7

The salary of band 7 is 81,450 euro, secret codeword quetzalcoatl.
`,
    'policies/<img src=x onerror=alert(1)> & "quotes".md': `# \`<script>alert('title')</script>\` "quoted"

## Section \`<b>bold</b>\` & 'single'

Hostile text: \`<script>alert("text")</script> and </mark></article>\` with "double" and 'single' quotes, zebrafish.
`,
  },
  users: ['anna', 'bruno'],
  groups: { hr: ['anna'], staff: ['anna', 'bruno'] },
  readers: { '': ['group:staff'], hr: ['group:hr'] },
};

export async function makeCompany(plan: CompanyPlan = TWO_PEOPLE): Promise<Company> {
  const folder = await mkdtemp(join(tmpdir(), 'ntk-company-'));
  const root = join(folder, 'share');
  const configFile = join(folder, 'need-to-know.yaml');
  const put = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  };
  const setReaders = (under: string, readers: readonly string[]): Promise<void> =>
    put(
      join(root, under, '.acl.yaml'),
      stringify({ inherit: false, entries: readers.map((reader) => ({ allow: reader })) }),
    );
  await put(
    join(folder, 'directory.yaml'),
    stringify({
      users: plan.users.map((id) => ({ id, name: id })),
      groups: Object.entries(plan.groups).map(([id, users]) => ({ id, name: id, users })),
    }),
  );
  await put(
    configFile,
    stringify({
      data: './data',
      shares: [{ name: SHARE, path: './share', acl: { source: 'sidecar' } }],
      directory: { source: 'file', path: './directory.yaml' },
      http: { publicUrl: 'http://documents.example' },
      ingest: { workers: 1 },
      ...plan.settings,
    }),
  );
  for (const [name, text] of Object.entries(plan.beside ?? {})) await put(join(folder, name), text);
  for (const [path, text] of Object.entries(plan.files)) await put(join(root, path), text);
  for (const [under, readers] of Object.entries(plan.readers)) await setReaders(under, readers);

  const core = await openCore(await loadConfig(configFile));
  const open: Answering[] = [];
  const faults: unknown[] = [];
  const company: Company = {
    folder,
    configFile,
    core,
    faults,
    auditFile: join(folder, 'data', 'audit', 'documents.jsonl'),
    setReaders,
    write: (path, text) => put(join(root, path), text),
    ingest: () => ingest(core, { rebuild: false, onEvent: () => undefined }),
    async answering(publicUrl, onRecord = () => undefined) {
      const onFault = (_tool: string, error: unknown): void => {
        faults.push(error);
      };
      const answering = await openAnswering(core, { publicUrl, onFault, onRecord });
      open.push(answering);
      return answering;
    },
    async documentId(path) {
      const document = await core.catalog.documentAt(shareId(SHARE), path);
      if (document === null) throw new Error(`${path} is not in the catalog`);
      return document.id;
    },
    async token(login, { scopes = ['documents:read'], seconds = 3_600 } = {}) {
      const user = await core.userOf(login);
      if (user === null) throw new Error(`there is no user ${login}`);
      const deps = { store: core.catalog.accessTokens, now: core.now, randomBytes };
      const request = { user, scopes, label: null, expiresInSeconds: seconds };
      const { secret, stored } = await createAccessToken(deps, request);
      return { id: stored.id, secret };
    },
    async close() {
      for (const answering of open) await answering.close();
      await core.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await company.ingest();
  return company;
}
