import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Company, makeCompany, SHARE } from '../../support/company.ts';
import { type Served, serve } from '../../support/serve.ts';

const BIN = join(import.meta.dirname, '..', '..', '..', 'node_modules', '.bin');
const NTK = join(import.meta.dirname, '..', '..', '..', 'bin', 'ntk.js');

let company: Company;
let served: Served;
let secret: string;

beforeAll(async () => {
  company = await makeCompany();
  served = await serve(company);
  ({ secret } = await company.token('bruno'));
});

afterAll(async () => {
  await served.close();
  await company.close();
});

describe.each(['legacy', 'modern'])('the inspector in the %s era', (era) => {
  const common = ['--protocol-era', era, '--format', 'json'];
  const overHttp = (...args: readonly string[]) => {
    const bearer = ['--header', `Authorization: Bearer ${secret}`];
    return inspect([`${served.origin}/mcp/documents`, '--transport', 'http', ...common, ...bearer, ...args]);
  };

  it('finds five tools and no schema problem over HTTP', async () => {
    const { code, answer, warnings } = await overHttp('--method', 'tools/list', '--strict');
    expect(code).toBe(0);
    expect(warnings).not.toContain('tool "');
    expect(Object(answer).tools).toHaveLength(5);
  });

  const overStdio = (...args: readonly string[]) => {
    const command = [process.execPath, NTK, 'mcp', '--domain', 'documents', '--as', 'bruno'];
    return inspect([...common, ...args, '--', ...command, '--config', company.configFile]);
  };

  it('finds five tools over stdio', async () => {
    const { code, answer } = await overStdio('--method', 'tools/list', '--strict');
    expect(code).toBe(0);
    expect(Object(answer).tools).toHaveLength(5);
  });

  it.each([
    ['HTTP', overHttp],
    ['stdio', overStdio],
  ])('calls all five tools over %s', async (_transport, over) => {
    const id = await company.documentId('policies/leave.md');
    const calls = [
      ['search', 'query=parental leave'],
      ['fetch', `id=${id}`],
      ['search_documents', 'query=parental leave', 'limit=2'],
      ['list_folder', `share=${SHARE}`],
      ['check_citation', `id=${id}`, 'quote=twenty weeks of parental leave'],
    ] as const;
    for (const [tool, ...input] of calls) {
      const method = ['--method', 'tools/call', '--tool-name', tool];
      const { code, answer } = await over(...method, ...input.flatMap((pair) => ['--tool-arg', pair]));
      expect([tool, code]).toEqual([tool, 0]);
      expect(Object(answer).structuredContent).toBeTypeOf('object');
    }
  });
});

async function inspect(
  args: readonly string[],
): Promise<{ readonly code: unknown; readonly answer: unknown; readonly warnings: string }> {
  // It keeps a catalog in the home folder: here in the company's own.
  const env = { ...process.env, HOME: company.folder };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(BIN, 'mcp-inspector'), '--cli', ...args],
      { env, timeout: 30_000 },
      (error, stdout, stderr) => {
        const code = error?.code ?? 0;
        try {
          const { result }: { result: unknown } = JSON.parse(stdout.slice(stdout.indexOf('{')));
          resolve({ code, answer: result, warnings: stderr });
        } catch {
          resolve({ code, answer: stdout, warnings: stderr });
        }
      },
    );
  });
}
