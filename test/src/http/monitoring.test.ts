import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMonitoring } from '../../../src/compose/monitoring.ts';
import { startServing } from '../../../src/compose/serving.ts';
import { type Company, makeCompany } from '../../support/company.ts';

const SECRET = 'm'.repeat(40);
const URL_ = 'http://documents.example';
let company: Company;
let url: string;
let close: () => Promise<void>;
let person: string;

beforeAll(async () => {
  company = await makeCompany();
  await company.ingest();
  process.env['NTK_METRICS_TOKEN'] = SECRET;
  const monitoring = openMonitoring(company.core);
  delete process.env['NTK_METRICS_TOKEN'];
  const answering = await company.answering(URL_, monitoring.onRecord);
  const onFault = (where: string, error: unknown): never => {
    throw new Error(where, { cause: error });
  };
  const options = { host: '127.0.0.1', port: 0, publicUrl: URL_, version: '1', onFault };
  const server = await startServing(company.core, answering, { ...options, monitoring: monitoring.face });
  url = server.url;
  close = server.close;
  person = (await company.token('anna')).secret;
});
afterAll(async () => {
  await close();
  await company.close();
});

const get = (path: string, secret?: string) =>
  fetch(url + path, { headers: secret === undefined ? {} : { authorization: `Bearer ${secret}` } });

describe('/metrics and the state of the installation', () => {
  it.each(['/metrics', '/api/v1/status/installation'])(
    '%s opens to the secret of the operator alone',
    async (path) => {
      for (const secret of [undefined, '', 'x', `${SECRET}x`, person]) {
        const answer = await get(path, secret);
        expect(answer.status).toBe(401);
        expect(await answer.text()).not.toMatch(/documents|chunks|4/);
      }
      expect((await get(path, SECRET)).status).toBe(200);
    },
  );

  it('lets the secret of the operator read no document', async () => {
    const search = await fetch(`${url}/api/v1/search`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'leave' }),
    });
    expect(search.status).toBe(401);
    expect((await get('/api/v1/status', SECRET)).status).toBe(401);
  });

  it('counts documents, what waits, and calls by outcome', async () => {
    await fetch(`${url}/api/v1/search`, {
      method: 'POST',
      headers: { authorization: `Bearer ${person}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'leave' }),
    });
    const text = await (await get('/metrics', SECRET)).text();
    expect(text).toContain('ntk_documents{share="company",outcome="indexed"} 4');
    expect(text).toContain('ntk_queue_files{kind="found"} 0');
    expect(text).toContain('ntk_ingest_files_per_second 0');
    expect(text).toMatch(/ntk_compared_timestamp_seconds\{share="company"\} \d{10}/);
    expect(text).toContain('ntk_calls_total{tool="search_documents",outcome="ok"} 1');
    expect(text).toContain('ntk_directory_stale 0');
    expect(text).not.toMatch(/salar|quetzal|anna/);
  });

  it('gives the same as `ntk status --json`', async () => {
    const answer = (await (await get('/api/v1/status/installation', SECRET)).json()) as object;
    expect(answer).toMatchObject({
      documents: { indexed: 4 },
      queue: { waiting: 0, lagSeconds: null, kinds: { saved: 0, found: 0, again: 0 } },
      rates: { filesPerSecond: 0, chunksPerSecond: 0 },
      readers: { scanner: null },
      shares: [{ compared: expect.stringMatching(/^20/) }],
    });
  });
});
