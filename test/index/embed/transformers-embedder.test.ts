import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Embedder } from '../../../index/embed/embedder.ts';
import { createTransformersEmbedder } from '../../../index/embed/transformers-embedder.ts';
import { cosine, embedderContract } from '../../contracts/embedder.ts';
import { embedProcesses, isRunning } from './embed-processes.ts';
import { TINY, TINY_FOLDER } from './tiny-model.ts';

const work = mkdtempSync(join(tmpdir(), 'ntk-embed-'));
const open: Embedder[] = [];
afterEach(async () => {
  for (const embedder of open.splice(0)) await embedder.close();
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

type Options = Parameters<typeof createTransformersEmbedder>[0];
const BASE: Options = {
  profile: TINY,
  modelPath: TINY_FOLDER,
  cacheDir: join(work, 'cache'),
  allowDownload: false,
  threads: 1,
};

async function embedderOf(options: Partial<Options> = {}): Promise<Embedder> {
  const embedder = await createTransformersEmbedder({ ...BASE, ...options });
  open.push(embedder);
  return embedder;
}

/** A copy of the tiny model that a test may spoil. */
function copyOfModel(name: string): string {
  const folder = join(work, name);
  cpSync(TINY_FOLDER, folder, { recursive: true });
  return folder;
}

const MANY = Array.from(
  { length: 3_000 },
  (_, index) => `invoice ${index} of the supplier, paid within 30 days`,
);

embedderContract('the transformers embedder', () => createTransformersEmbedder(BASE));

describe('vectors of the tiny model', () => {
  let embedder: Embedder;
  beforeAll(async () => {
    embedder = await createTransformersEmbedder(BASE);
  });
  afterAll(() => embedder.close());

  it('are closer for the same words than for other words', async () => {
    const texts = ['annual leave of employees', 'employees: annual leave', 'invoice from a supplier'];
    const [a, b, c] = await embedder.embed(texts, 'passage');
    expect(cosine(a, b)).toBeGreaterThan(cosine(a, c) + 0.3);
  });

  it('find an Italian passage by its words', async () => {
    const passages = [
      'Le ferie maturano ogni mese.',
      'La fattura del fornitore è in ritardo.',
      'Visitors sign in.',
    ];
    const [query] = await embedder.embed(['ferie al mese'], 'query');
    const scores = (await embedder.embed(passages, 'passage')).map((vector) => cosine(query, vector));
    expect(scores.indexOf(Math.max(...scores))).toBe(0);
  });

  it('are the same from the full and the quantized file', async () => {
    const full = await embedderOf({ profile: { ...TINY, dtype: 'fp32' } });
    const [a] = await full.embed(['travel expenses'], 'passage');
    const [b] = await embedder.embed(['travel expenses'], 'passage');
    expect(cosine(a, b)).toBeCloseTo(1, 5);
  });

  it('of a text of 100,000 characters are those of its beginning', async () => {
    const start = 'annual leave and sick pay for employees of the company '.repeat(200);
    const [long, short] = await embedder.embed(
      [start + 'invoice supplier '.repeat(6_000), start.slice(0, 12_000)],
      'passage',
    );
    expect(cosine(long, short)).toBeGreaterThan(0.999);
  });

  it('of odd texts are vectors all the same', async () => {
    const odd = ['\u0000\ud800', '🙂🙂', '漢字', ' \n\t ', 'x'.repeat(50_000), '[CLS] [SEP] [PAD]'];
    for (const vector of await embedder.embed(odd, 'passage'))
      expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
  });
});

describe('a profile', () => {
  it('with prefixes gives a query and a passage of the same text different vectors', async () => {
    const profile = { ...TINY, prefixes: { query: 'question answer ', passage: 'document page ' } };
    const prefixed = await embedderOf({ profile });
    const [query] = await prefixed.embed(['annual leave'], 'query');
    const [passage] = await prefixed.embed(['annual leave'], 'passage');
    expect(cosine(query, passage)).toBeLessThan(0.95);
    const plain = await embedderOf();
    const [spelled] = await plain.embed(['question answer annual leave'], 'query');
    expect(cosine(query, spelled)).toBeGreaterThan(0.999);
  });

  it('with cls pooling takes the first token, which here is the same for all texts', async () => {
    const embedder = await embedderOf({ profile: { ...TINY, pooling: 'cls' } });
    const [a, b] = await embedder.embed(['annual leave', 'invoice'], 'passage');
    expect(cosine(a, b)).toBeCloseTo(1, 5);
  });

  it('with a file name of its own loads that file', async () => {
    const folder = copyOfModel('own-name');
    cpSync(join(folder, 'onnx/model_quantized.onnx'), join(folder, 'onnx/model_quint8_avx2.onnx'));
    rmSync(join(folder, 'onnx/model_quantized.onnx'));
    rmSync(join(folder, 'onnx/model.onnx'));
    const embedder = await embedderOf({ modelPath: folder, profile: { ...TINY, file: 'model_quint8_avx2' } });
    expect(await embedder.embed(['leave'], 'query')).toHaveLength(1);
  });

  it('with a folder given relative to the working directory loads from there', async () => {
    const embedder = await embedderOf({ modelPath: relative(process.cwd(), TINY_FOLDER) });
    expect(await embedder.embed(['leave'], 'query')).toHaveLength(1);
  });

  it('that calls for no normalising is refused when the vectors are not of length 1', async () => {
    const profile = { ...TINY, normalize: false };
    await expect(embedderOf({ profile })).rejects.toThrow(/set embedding\.normalize to true/);
  });
});

describe('a model that cannot be used', () => {
  it('is model-missing, names folder, files and mend, when the folder is not there', async () => {
    const folder = join(work, 'nowhere');
    const refusal = embedderOf({ modelPath: folder });
    await expect(refusal).rejects.toMatchObject({ code: 'model-missing' });
    await expect(refusal).rejects.toThrow(folder);
    await expect(refusal).rejects.toThrow(/lacks config\.json.*`ntk models pull`.*embedding\.model to none/);
  });

  it('is model-missing when only the weights lack', async () => {
    const folder = copyOfModel('no-weights');
    rmSync(join(folder, 'onnx/model_quantized.onnx'));
    await expect(embedderOf({ modelPath: folder })).rejects.toThrow(/it lacks onnx\/model_quantized\.onnx\./);
  });

  it('is model-missing when weights kept beside the graph lack', async () => {
    const folder = copyOfModel('no-data');
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'));
    config['transformers.js_config'] = { use_external_data_format: { 'model_quantized.onnx': 1 } };
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
    await expect(embedderOf({ modelPath: folder })).rejects.toThrow(
      /it lacks onnx\/model_quantized\.onnx_data\./,
    );
  });

  it('is model-broken when the weights are cut short', async () => {
    const folder = copyOfModel('cut');
    truncateSync(join(folder, 'onnx/model_quantized.onnx'), 50_000);
    const refusal = embedderOf({ modelPath: folder });
    await expect(refusal).rejects.toMatchObject({ code: 'model-broken' });
    await expect(refusal).rejects.toThrow(
      /onnx\/model_quantized\.onnx.*delete the folder and run `ntk models pull`/,
    );
  });

  it.each(['config.json', 'tokenizer.json'])('is model-broken when %s is no JSON', async (file) => {
    const folder = copyOfModel(`bad-${file}`);
    writeFileSync(join(folder, file), '{"half":');
    await expect(embedderOf({ modelPath: folder })).rejects.toMatchObject({ code: 'model-broken' });
  });

  it('is model-broken when its dimensions are not those of the profile', async () => {
    const refusal = embedderOf({ profile: { ...TINY, dimensions: 384 } });
    await expect(refusal).rejects.toMatchObject({ code: 'model-broken' });
    await expect(refusal).rejects.toThrow(/vectors of 48 dimensions, the profile says 384/);
  });

  it('leaves no process behind', async () => {
    const before = embedProcesses();
    await expect(embedderOf({ profile: { ...TINY, dimensions: 384 } })).rejects.toThrow();
    expect(embedProcesses()).toEqual(before);
  });
});

describe('the child process', () => {
  it('killed in mid-call fails that call, and the next call has a new one', async () => {
    const embedder = await embedderOf();
    const [pid] = embedProcesses();
    const call = embedder.embed(MANY, 'passage');
    const settled = expect(call).rejects.toMatchObject({ code: 'embedder-crashed' });
    process.kill(Number(pid), 'SIGKILL');
    await settled;
    expect(await embedder.embed(['annual leave'], 'query')).toHaveLength(1);
    expect(embedProcesses()).not.toContain(pid);
  });

  it('killed while idle is replaced without a failed call', async () => {
    const embedder = await embedderOf();
    const [pid] = embedProcesses();
    process.kill(Number(pid), 'SIGKILL');
    await vi.waitUntil(() => !isRunning(Number(pid)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await embedder.embed(['annual leave'], 'query')).toHaveLength(1);
  });

  it('that keeps dying is left alone after a while', async () => {
    const restart = { firstWaitMs: 1, longestWaitMs: 1, maxInARow: 2, coolDownMs: 60_000 };
    const embedder = await embedderOf({ restart });
    for (let death = 0; death < 2; death += 1) {
      const call = embedder.embed(MANY, 'passage');
      const settled = expect(call).rejects.toMatchObject({ code: 'embedder-crashed' });
      const pid = await vi.waitUntil(() => embedProcesses()[0]);
      process.kill(pid, 'SIGKILL');
      await settled;
    }
    await expect(embedder.embed(['x'], 'query')).rejects.toThrow(/died 2 times in a row/);
  });

  it('that hangs is killed after the timeout, and the next call has a new one', async () => {
    // Long enough for loading on a busy machine.
    const embedder = await embedderOf({ timeoutMs: 8_000 });
    const [pid] = embedProcesses();
    process.kill(Number(pid), 'SIGSTOP');
    await expect(embedder.embed(['x'], 'query')).rejects.toMatchObject({ code: 'embedder-timeout' });
    await vi.waitUntil(() => !isRunning(Number(pid)));
    expect(await embedder.embed(['annual leave'], 'query')).toHaveLength(1);
  });

  it('that hangs is found out however early its callers give up', async () => {
    const embedder = await embedderOf({ timeoutMs: 8_000 });
    const [pid] = embedProcesses();
    process.kill(Number(pid), 'SIGSTOP');
    while (isRunning(Number(pid))) {
      await embedder.embed(['x'], 'query', AbortSignal.timeout(500)).catch(() => {});
    }
    expect(await embedder.embed(['annual leave'], 'query')).toHaveLength(1);
  });

  it('that is well outlives calls which were given up, however long nothing is asked of it', async () => {
    const embedder = await embedderOf({ timeoutMs: 5_000 });
    const [pid] = embedProcesses();
    const controller = new AbortController();
    const call = embedder.embed(MANY, 'passage', controller.signal);
    setTimeout(() => controller.abort(), 20);
    await expect(call).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(await embedder.embed(['annual leave'], 'query')).toHaveLength(1);
    expect(embedProcesses()).toEqual([pid]);
  });

  it('answers a query before the passages that came first', async () => {
    const embedder = await embedderOf({ batchTokens: 64 });
    const order: string[] = [];
    const passages = embedder.embed(MANY, 'passage').then(() => order.push('passages'));
    const query = embedder.embed(['annual leave'], 'query').then(() => order.push('query'));
    await Promise.all([passages, query]);
    expect(order).toEqual(['query', 'passages']);
  });

  it('drops a call that is aborted on the way, and works on', async () => {
    const embedder = await embedderOf();
    const controller = new AbortController();
    const call = embedder.embed(MANY, 'passage', controller.signal);
    setTimeout(() => controller.abort(), 20);
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(await embedder.embed(['annual leave'], 'query')).toHaveLength(1);
  });

  it('is gone after close, and calls it had are rejected', async () => {
    const before = embedProcesses();
    const embedder = await embedderOf();
    const settled = expect(embedder.embed(MANY, 'passage')).rejects.toMatchObject({
      code: 'embedder-closed',
    });
    // Let the call reach the child before it is closed.
    await new Promise((resolve) => setTimeout(resolve, 20));
    await embedder.close();
    await settled;
    expect(embedProcesses()).toEqual(before);
  });
});

describe('a parent process', () => {
  const script = (rest: string) => `
    const { createTransformersEmbedder } = await import(${JSON.stringify(join(import.meta.dirname, '../../../index/embed/transformers-embedder.ts'))});
    const embedder = await createTransformersEmbedder(${JSON.stringify(BASE)});
    ${rest}`;
  const run = (rest: string) =>
    spawn(process.execPath, ['--input-type=module', '--eval', script(rest)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  it('that forgets to close ends by itself, with nothing of the child on its stdout', async () => {
    const parent = run(`await embedder.embed(['x'], 'query'); console.log('end');`);
    let output = '';
    parent.stdout.on('data', (data) => {
      output += data;
    });
    const [code] = await once(parent, 'close');
    expect({ code, output }).toEqual({ code: 0, output: 'end\n' });
  });

  it('that is killed leaves no child', async () => {
    const parent = run(`
      const { readdirSync, readFileSync } = await import('node:fs');
      const own = readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).filter((name) => {
        try { return readFileSync('/proc/' + name + '/stat', 'utf8').replace(/^.*\\) /s, '').split(' ')[1] === String(process.pid); } catch { return false; }
      });
      console.log(own[0]);
      setInterval(() => {}, 1000);`);
    const [data] = await once(parent.stdout, 'data');
    const child = Number(String(data));
    expect(isRunning(child)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitUntil(() => !isRunning(child), { timeout: 5_000 });
  });
});
