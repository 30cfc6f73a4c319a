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

/** Each paragraph fills a passage. */
const PASSAGES = 600;
const LONG = Array.from(
  { length: PASSAGES },
  (_, n) => `Number ${n}. ${'Words stand here. '.repeat(70)}`,
).join('\n\n');

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

  it('goes on when the process of the embedder dies or hangs once', async () => {
    const real = createFakeEmbedder({ dimensions: 16 });
    for (const code of ['embedder-crashed', 'embedder-timeout'] as const) {
      const bench = await PassBench.open(SHARE, real);
      let calls = 0;
      const dyingOnce: Embedder = {
        ...real,
        embed: (...given) => {
          calls += 1;
          return calls === 1 ? Promise.reject(new EmbedderError(code, 'gone')) : real.embed(...given);
        },
      };
      expect(await bench.pass({ embedder: dyingOnce })).toMatchObject({ indexed: 2, quarantined: [] });
      expect(await bench.orphans()).toBe(0);
    }
  });

  it('writes a document of many passages whole, some at a time', async () => {
    const real = createFakeEmbedder({ dimensions: 16 });
    const bench = await PassBench.open({ '.acl.yaml': EVERYONE_READS, 'long.txt': LONG }, real);
    const asked: number[] = [];
    const counting: Embedder = {
      ...real,
      embed: (texts, kind) => {
        asked.push(texts.length);
        return real.embed(texts, kind);
      },
    };
    await bench.pass({ embedder: counting });
    const chunks = (await bench.state())['long.txt']?.chunks ?? [];
    expect(chunks.map((chunk) => Number.parseInt(chunk, 10))).toEqual(
      Array.from({ length: PASSAGES }, (_, n) => n),
    );
    expect(asked).toEqual([256, 256, PASSAGES - 512]);
  });

  it('has no passage twice when the embedder failed in the middle of a document', async () => {
    const real = createFakeEmbedder({ dimensions: 16 });
    const bench = await PassBench.open({ '.acl.yaml': EVERYONE_READS, 'long.txt': LONG }, real);
    let calls = 0;
    const tired: Embedder = {
      ...real,
      embed: (texts, kind) => {
        calls += 1;
        if (calls > 1) return Promise.reject(new EmbedderError('embedder-crashed', 'gone'));
        return real.embed(texts, kind);
      },
    };
    await expect(bench.pass({ embedder: tired })).rejects.toThrow('gone');
    expect(await bench.state()).toEqual({});
    await bench.pass();
    expect((await bench.state())['long.txt']?.chunks).toHaveLength(PASSAGES);
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
