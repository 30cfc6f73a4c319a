import { describe, expect, it } from 'vitest';
import { type Embedder, EmbedderError } from '../../../index/index.ts';
import { createFakeEmbedder } from '../../fakes/fake-embedder.ts';
import { EVERYONE_READS, HR_READS, PassBench } from '../../support/company-pass.ts';

const SHARE = {
  '.acl.yaml': EVERYONE_READS,
  'a.txt': 'The first file of the share.\n',
  'hr/.acl.yaml': HR_READS,
  'hr/salaries.md': '# Salaries\n\nAnna earns a lot.\n\n## Bob\n\nBob earns less.\n',
};

describe('runPass with an embedder', () => {
  it('leaves whole documents when the embedder fails, and goes on next time', async () => {
    const real = createFakeEmbedder({ dimensions: 16 });
    const bench = await PassBench.open(SHARE, real);
    await bench.pass();
    bench.write({ 'a.txt': 'Changed.\n', 'new.txt': 'New.\n' });
    const broken: Embedder = {
      ...real,
      embed: () => Promise.reject(new EmbedderError('embedder-crashed', 'gone')),
    };
    await expect(bench.pass({ embedder: broken })).rejects.toThrow('gone');
    const state = await bench.state();
    expect(state['a.txt']?.chunks).toEqual(['0 a.txt The first file of the share.']);
    expect(state['new.txt']).toBeUndefined();
    await bench.pass();
    expect((await bench.state())['a.txt']?.chunks).toEqual(['0 a.txt Changed.']);
    expect(await bench.orphans()).toBe(0);
  });

  it('writes nothing after it was told that the lease is lost', async () => {
    const real = createFakeEmbedder({ dimensions: 16 });
    const bench = await PassBench.open(SHARE, real);
    const lost = new AbortController();
    const slow: Embedder = {
      ...real,
      embed: async (texts, kind) => {
        lost.abort(new Error('the lease was lost'));
        return real.embed(texts, kind);
      },
    };
    await expect(bench.pass({ embedder: slow, signal: lost.signal })).rejects.toThrow('the lease was lost');
    expect(await bench.state()).toEqual({});
    for await (const found of bench.store.revisions()) throw new Error(`written: ${found.document}`);
  });

  it('has no write under way when it has failed', async () => {
    const real = createFakeEmbedder({ dimensions: 16 });
    const files = Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`f${n}.txt`, `Text ${n}.\n`]));
    const bench = await PassBench.open({ '.acl.yaml': EVERYONE_READS, ...files }, real);
    const stop = new AbortController();
    let open = 0;
    const slow: Embedder = {
      ...real,
      embed: async (texts, kind) => {
        open += 1;
        setTimeout(() => stop.abort(new Error('stopped')), 5);
        await new Promise((resolve) => setTimeout(resolve, 200));
        open -= 1;
        return real.embed(texts, kind);
      },
    };
    await expect(bench.pass({ embedder: slow, signal: stop.signal })).rejects.toThrow('stopped');
    expect(open).toBe(0);
  });
});
