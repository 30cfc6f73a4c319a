import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Reranker } from '../../../index/rerank/reranker.ts';
import { createTransformersReranker } from '../../../index/rerank/transformers-reranker.ts';
import { rerankerContract } from '../../contracts/reranker.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { embedProcesses, isRunning } from '../embed/embed-processes.ts';
import { TINY_FOLDER } from '../embed/tiny-model.ts';
import { TINY_RERANKER, TINY_RERANKER_FOLDER } from './tiny-reranker.ts';

const open: Reranker[] = [];
afterEach(async () => {
  for (const reranker of open.splice(0)) await reranker.close();
});

type Options = Parameters<typeof createTransformersReranker>[0];
const BASE: Options = {
  profile: TINY_RERANKER,
  modelPath: TINY_RERANKER_FOLDER,
  cacheDir: '/nowhere',
  allowDownload: false,
  threads: 1,
};

async function rerankerOf(options: Partial<Options> = {}): Promise<Reranker> {
  const reranker = await createTransformersReranker({ ...BASE, ...options });
  open.push(reranker);
  return reranker;
}

function copyOfModel(): string {
  const folder = join(tempFolder(), 'model');
  cpSync(TINY_RERANKER_FOLDER, folder, { recursive: true });
  return folder;
}

const processes = () => embedProcesses('rerank-child');
const MANY = Array.from({ length: 4_000 }, (_, index) => `invoice ${index} of the supplier, paid in 30 days`);

rerankerContract('the transformers reranker', () => createTransformersReranker(BASE));

describe('scores of the tiny model', () => {
  let reranker: Reranker;
  beforeAll(async () => {
    reranker = await createTransformersReranker(BASE);
  });
  afterAll(() => reranker.close());

  it('tell question and passage apart', async () => {
    const long = 'annual leave of employees and sick pay and travel expenses';
    const [there] = await reranker.score('leave', [long]);
    const [back] = await reranker.score(long, ['leave']);
    // The passage's words are averaged, the question's are summed.
    expect(back).toBeGreaterThan((there ?? 0) * 2);
  });

  it('do not depend on what else is scored', async () => {
    const passages = ['annual leave', 'invoice from a supplier '.repeat(30)];
    const [alone] = await reranker.score('annual leave', passages.slice(0, 1));
    const [beside] = await reranker.score('annual leave', passages);
    expect(beside).toBeCloseTo(alone ?? Number.NaN, 4);
  });

  it('of a passage longer than the model reads are those of its beginning', async () => {
    const start = 'annual leave and sick pay for employees '.repeat(100);
    const [long, short] = await reranker.score('annual leave', [start + 'invoice '.repeat(5_000), start]);
    expect(long).toBeCloseTo(short ?? Number.NaN, 4);
  });

  it('of a question longer than the model reads still tell passages apart', async () => {
    const [answer, other] = await reranker.score('annual leave of employees '.repeat(400), [
      'annual leave',
      'invoice',
    ]);
    expect(answer).toBeGreaterThan((other ?? 0) + 0.1);
  });

  it('of odd texts are numbers all the same', async () => {
    const odd = ['\u0000\ud800', '🙂🙂', '漢字', ' \n\t ', 'x'.repeat(50_000), '[CLS] [SEP] [PAD]'];
    for (const question of odd) {
      expect((await reranker.score(question, odd)).every(Number.isFinite)).toBe(true);
    }
  });
});

describe('a reranker that cannot be used', () => {
  it('is model-missing, names folder, files and mend, when the folder is not there', async () => {
    const refusal = rerankerOf({ modelPath: '/nowhere/model' });
    await expect(refusal).rejects.toMatchObject({ name: 'RerankerError', code: 'model-missing' });
    await expect(refusal).rejects.toThrow(
      /reranking model .*\/nowhere\/model.*`ntk models pull`.*set search\.reranker\.model to none/,
    );
  });

  it('is model-broken when the weights are cut short', async () => {
    const folder = copyOfModel();
    truncateSync(join(folder, 'onnx/model_quantized.onnx'), 50_000);
    await expect(rerankerOf({ modelPath: folder })).rejects.toMatchObject({ code: 'model-broken' });
  });

  it('is model-broken when it is an embedding model', async () => {
    const before = processes();
    await expect(rerankerOf({ modelPath: TINY_FOLDER })).rejects.toMatchObject({ code: 'model-broken' });
    expect(processes()).toEqual(before);
  });

  it('is model-broken when a setting of it is no JSON', async () => {
    const folder = copyOfModel();
    writeFileSync(join(folder, 'config.json'), readFileSync(join(folder, 'config.json')).subarray(0, 40));
    await expect(rerankerOf({ modelPath: folder })).rejects.toMatchObject({ code: 'model-broken' });
  });

  it('is model-missing when only the tokenizer lacks', async () => {
    const folder = copyOfModel();
    rmSync(join(folder, 'tokenizer.json'));
    await expect(rerankerOf({ modelPath: folder })).rejects.toThrow(/it lacks tokenizer\.json\./);
  });
});

describe('the reranking process', () => {
  it('killed in mid-call fails that call, and the next call has a new one', async () => {
    const reranker = await rerankerOf();
    const [pid] = processes();
    const settled = expect(reranker.score('leave', MANY)).rejects.toMatchObject({ code: 'reranker-crashed' });
    process.kill(Number(pid), 'SIGKILL');
    await settled;
    expect(await reranker.score('leave', ['annual leave'])).toHaveLength(1);
    expect(processes()).not.toContain(pid);
  });

  it('that keeps dying is left alone after a while', async () => {
    const restart = { firstWaitMs: 1, longestWaitMs: 1, maxInARow: 1, coolDownMs: 60_000 };
    const reranker = await rerankerOf({ restart });
    const settled = expect(reranker.score('leave', MANY)).rejects.toMatchObject({ code: 'reranker-crashed' });
    process.kill(Number(processes()[0]), 'SIGKILL');
    await settled;
    await expect(reranker.score('x', ['y'])).rejects.toThrow(
      /reranking process died 1 times in a row.*search\.reranker/,
    );
  });

  it('answers a short question that came while a long one is worked on', async () => {
    const reranker = await rerankerOf({ batchTokens: 64 });
    const order: string[] = [];
    const long = reranker.score('leave', MANY).then(() => order.push('long'));
    const short = reranker.score('leave', ['annual leave', 'invoice']).then(() => order.push('short'));
    await Promise.all([long, short]);
    expect(order).toEqual(['short', 'long']);
  });

  it('gives two long questions their turns', async () => {
    const reranker = await rerankerOf({ batchTokens: 64 });
    const order: string[] = [];
    const ask = (name: string, passages: readonly string[]) =>
      reranker.score('leave', passages).then(() => order.push(name));
    const half = MANY.slice(0, MANY.length / 2);
    await Promise.all([ask('whole', MANY), ask('half', half), ask('third', half.slice(0, 1_000))]);
    expect(order).toEqual(['third', 'half', 'whole']);
  });

  it('leaves no work of an aborted question behind', async () => {
    const reranker = await rerankerOf({ batchTokens: 64 });
    const controller = new AbortController();
    const order: string[] = [];
    const dropped = reranker.score('leave', MANY, controller.signal).catch((error: Error) => {
      order.push(error.name);
    });
    const rest = reranker.score('leave', MANY).then(() => order.push('rest'));
    controller.abort();
    await dropped;
    await rest;
    expect(order).toEqual(['AbortError', 'rest']);
  });

  it('is gone after close, and calls it had are rejected', async () => {
    const reranker = await rerankerOf();
    const [pid] = processes();
    const settled = expect(reranker.score('leave', MANY)).rejects.toMatchObject({ code: 'reranker-closed' });
    // Let the call reach the child before it is closed.
    await new Promise((resolve) => setTimeout(resolve, 20));
    await reranker.close();
    await settled;
    await vi.waitUntil(() => !isRunning(Number(pid)));
  });
});
