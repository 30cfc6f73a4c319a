import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { PrincipalId } from '../../acl/index.ts';
import { type Answering, type Core, ingest, openAnswering, openCore } from '../../src/compose/index.ts';
import { type RunningServer, startServing } from '../../src/compose/serving.ts';
import { loadConfig } from '../../src/config/index.ts';
import { createAccessToken } from '../../src/identity/index.ts';

const SAMPLE = join(import.meta.dirname, '..', '..', 'corpus-sample');

/** One entry of `questions.json`; its README says what the fields mean. */
export interface Question {
  readonly as: string;
  readonly query: string;
  readonly expect: readonly string[];
  readonly forbid: readonly string[];
  readonly section?: string;
  readonly page?: number;
}

export interface SampleCompany {
  readonly core: Core;
  readonly answering: Answering;
  /** Configuration file, for the command line. */
  readonly config: string;
  readonly data: string;
  readonly questions: readonly Question[];
  /** Logins of everyone in the directory, disabled ones too. */
  readonly logins: readonly string[];
  /** An access token of a person. */
  tokenFor(user: PrincipalId): Promise<string>;
  close(): Promise<void>;
}

/** The sample company, freshly ingested into a temporary folder; the share itself is only read. */
export async function openSample(publicUrl: string): Promise<SampleCompany> {
  const folder = mkdtempSync(join(tmpdir(), 'ntk-sample-'));
  const config = join(folder, 'need-to-know.yaml');
  const text = parse(readFileSync(join(SAMPLE, 'need-to-know.yaml'), 'utf8'));
  const data = join(folder, 'data');
  writeFileSync(
    config,
    stringify({
      ...text,
      data,
      shares: [{ ...text.shares[0], path: join(SAMPLE, 'share') }],
      directory: { source: 'file', path: join(SAMPLE, 'directory.yaml') },
      http: { publicUrl },
    }),
  );
  const core = await openCore(await loadConfig(config));
  const summary = await ingest(core, { rebuild: false, onEvent: () => {} });
  if (summary.quarantined.length > 0) throw new Error(`quarantined: ${JSON.stringify(summary.quarantined)}`);
  const answering = await openAnswering(core, {
    publicUrl,
    onFault: (tool, error) => {
      throw new Error(`fault in ${tool}`, { cause: error });
    },
  });
  const snapshot = await core.snapshot();
  return {
    core,
    answering,
    config,
    data,
    questions: JSON.parse(readFileSync(join(SAMPLE, 'questions.json'), 'utf8')) as Question[],
    logins: [...(snapshot?.users.values() ?? [])].map(({ login }) => login),
    tokenFor: async (user) => {
      const deps = { store: core.catalog.accessTokens, now: core.now, randomBytes };
      const request = { user, scopes: ['documents:read'], label: null, expiresInSeconds: 3_600 };
      return (await createAccessToken(deps, request)).secret;
    },
    close: async () => {
      await answering.close();
      await core.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The sample company on a free port; a fault anywhere fails the test. */
export function serveSample({ core, answering }: SampleCompany): Promise<RunningServer> {
  return startServing(core, answering, {
    host: '127.0.0.1',
    port: 0,
    publicUrl: 'http://127.0.0.1',
    version: 'test',
    onFault: (where, error) => {
      throw new Error(where, { cause: error });
    },
  });
}

/** Whether some expected file is among the results, and every forbidden one is not. */
export function judge(question: Question, paths: readonly string[]): { found: boolean; leaked: string[] } {
  const found =
    question.expect.length === 0 || paths.slice(0, 5).some((path) => question.expect.includes(path));
  return { found, leaked: paths.filter((path) => question.forbid.includes(path)) };
}
