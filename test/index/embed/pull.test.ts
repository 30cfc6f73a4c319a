import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EMBEDDING } from '../../../index/embed/embedding-role.ts';
import { pullModel } from '../../../index/embed/pull.ts';
import { createTransformersEmbedder } from '../../../index/embed/transformers-embedder.ts';
import { RERANKING } from '../../../index/rerank/reranking-role.ts';
import { createTransformersReranker } from '../../../index/rerank/transformers-reranker.ts';
import { TINY_RERANKER, TINY_RERANKER_FOLDER } from '../rerank/tiny-reranker.ts';
import { TINY, TINY_FOLDER } from './tiny-model.ts';

const MODELS = new Map([
  [TINY.model, TINY_FOLDER],
  [TINY_RERANKER.model, TINY_RERANKER_FOLDER],
]);

type Behaviour = 'serve' | 'unavailable' | 'cut' | 'silent';

let server: Server;
let remoteHost = '';
let behaviour: Behaviour = 'serve';
const requests: string[] = [];
const work = mkdtempSync(join(tmpdir(), 'ntk-pull-'));
let caches = 0;
const freshCache = () => join(work, String(caches++));

/** A model hub with two models, at the addresses of the real one: `/<model>/resolve/main/<file>`. */
beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (behaviour === 'silent') return;
    if (behaviour === 'unavailable') return response.writeHead(503).end();
    const [model = '', file = ''] = (request.url ?? '').slice(1).split('/resolve/main/');
    try {
      const body = readFileSync(join(MODELS.get(model) ?? '/nowhere', file));
      response.writeHead(200, { 'content-length': body.length });
      if (behaviour === 'cut' && file.endsWith('.onnx')) {
        response.write(body.subarray(0, body.length / 2), () => response.destroy());
        return;
      }
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  remoteHost = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(() => {
  behaviour = 'serve';
  requests.length = 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(work, { recursive: true, force: true });
});

describe('pullModel', () => {
  it('downloads a model, tells its progress, and the cache then works without network', async () => {
    const cacheDir = freshCache();
    const done = new Set<string>();
    const { folder } = await pullModel(EMBEDDING, TINY, {
      cacheDir,
      remoteHost,
      onProgress: ({ file, loaded, total }) => {
        if (loaded === total) done.add(file);
      },
    });
    expect(folder).toBe(join(cacheDir, TINY.model));
    expect([...done]).toEqual(expect.arrayContaining(['tokenizer.json', 'onnx/model_quantized.onnx']));
    requests.length = 0;
    const options = { profile: TINY, cacheDir, allowDownload: false, threads: 1, remoteHost };
    const embedder = await createTransformersEmbedder(options);
    expect(await embedder.embed(['annual leave'], 'query')).toHaveLength(1);
    await embedder.close();
    expect(requests).toEqual([]);
  });

  it('downloads a reranker, which then works without network', async () => {
    const cacheDir = freshCache();
    await pullModel(RERANKING, TINY_RERANKER, { cacheDir, remoteHost });
    requests.length = 0;
    const options = { profile: TINY_RERANKER, cacheDir, allowDownload: false, threads: 1, remoteHost };
    const reranker = await createTransformersReranker(options);
    expect(await reranker.score('annual leave', ['leave'])).toHaveLength(1);
    await reranker.close();
    expect(requests).toEqual([]);
  });

  it('does not download a second time', async () => {
    const cacheDir = freshCache();
    await pullModel(EMBEDDING, TINY, { cacheDir, remoteHost });
    requests.length = 0;
    await pullModel(EMBEDDING, TINY, { cacheDir, remoteHost });
    expect(requests.filter((url) => url.endsWith('.onnx'))).toEqual([]);
  });

  it('names address and reason when the hub cannot be reached', async () => {
    const refusal = pullModel(EMBEDDING, TINY, { cacheDir: freshCache(), remoteHost: 'http://127.0.0.1:1/' });
    await expect(refusal).rejects.toMatchObject({ code: 'model-missing' });
    await expect(refusal).rejects.toThrow(
      /cannot download http:\/\/127\.0\.0\.1:1\/.*embedding\.model to none/,
    );
  });

  it('names the address when the hub does not have the model', async () => {
    const profile = { ...TINY, model: 'ntk/unheard-of' };
    const refusal = pullModel(EMBEDDING, profile, { cacheDir: freshCache(), remoteHost });
    await expect(refusal).rejects.toMatchObject({ code: 'model-missing' });
    await expect(refusal).rejects.toThrow(/ntk\/unheard-of/);
  });

  it('names the status when the hub is out of order', async () => {
    behaviour = 'unavailable';
    const refusal = pullModel(EMBEDDING, TINY, { cacheDir: freshCache(), remoteHost });
    await expect(refusal).rejects.toMatchObject({ code: 'model-missing' });
    await expect(refusal).rejects.toThrow(/HTTP status 503/);
  });

  it('keeps no half file when the connection is cut, so that pulling again mends it', async () => {
    const cacheDir = freshCache();
    behaviour = 'cut';
    await expect(pullModel(EMBEDDING, TINY, { cacheDir, remoteHost })).rejects.toMatchObject({
      code: 'model-missing',
    });
    behaviour = 'serve';
    await expect(pullModel(EMBEDDING, TINY, { cacheDir, remoteHost })).resolves.toBeDefined();
  });

  it('gives up on a hub that accepts and never answers', async () => {
    behaviour = 'silent';
    const refusal = pullModel(EMBEDDING, TINY, { cacheDir: freshCache(), remoteHost, timeoutMs: 2_000 });
    await expect(refusal).rejects.toMatchObject({ code: 'embedder-timeout' });
  });
});

describe('a cache without the model', () => {
  it('is model-missing at once and asks nothing of the network', async () => {
    const options = { profile: TINY, cacheDir: freshCache(), allowDownload: false, threads: 1, remoteHost };
    await expect(createTransformersEmbedder(options)).rejects.toMatchObject({ code: 'model-missing' });
    expect(requests).toEqual([]);
  });

  it('is filled when downloading is allowed', async () => {
    const options = { profile: TINY, cacheDir: freshCache(), allowDownload: true, threads: 1, remoteHost };
    const embedder = await createTransformersEmbedder(options);
    expect(await embedder.embed(['annual leave'], 'query')).toHaveLength(1);
    await embedder.close();
  });
});
