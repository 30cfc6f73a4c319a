import { readdirSync, readFileSync } from 'node:fs';
import { dirname, extname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const ROOMS = ['acl', 'ingest', 'index', 'src'] as const;
/** Longest file that needs no reason. */
const MAX_LINES = 300;
/** Longer files, each with why it is one. */
const LONG: Readonly<Record<string, string>> = {};
/** The composition root, and what runs before there is anything to compose. */
const COMPOSERS = [/^src\/compose\//, /^src\/cli\/commands\/models\.ts$/];
const VAGUE =
  /(^|\/)(utils?|helpers?|common|managers?|services?|misc|shared)(\.ts|\/)|-(utils?|helpers?|manager|service)\.ts$/;

/** Where one module may be imported, and by whom alone. */
const PACKAGES: readonly { readonly name: RegExp; readonly only: RegExp; readonly why: string }[] = [
  { name: /^@modelcontextprotocol\//, only: /^src\/mcp\//, why: 'the MCP SDK stays in src/mcp' },
  {
    name: /^@lancedb\/lancedb/,
    only: /^index\/store\/lance-[a-z-]+\.ts$/,
    why: 'LanceDB stays in its store',
  },
  {
    name: /^apache-arrow/,
    only: /^index\/store\/lance-[a-z-]+\.ts$/,
    why: 'Arrow stays in the LanceDB store',
  },
  {
    name: /^@huggingface\/transformers/,
    only: /^index\/(embed|rerank)\//,
    why: 'the model library stays with the embedders and rerankers',
  },
  { name: /^(node:sqlite|kysely)/, only: /^index\/catalog\//, why: 'SQL stays in the catalog' },
  {
    name: /^(mammoth|pdf-parse|officeparser|postal-mime|@kenjiuno\/|@e965\/xlsx|htmlparser2|fflate)/,
    only: /^ingest\/parse\//,
    why: 'parsers run in the parse child',
  },
  { name: /^jose$/, only: /^src\/identity\//, why: 'signatures are verified in src/identity alone' },
  { name: /^fastify|^@fastify\//, only: /^src\/(http|compose)\//, why: 'the web server stays in src/http' },
];

interface Import {
  readonly from: string;
  /** A path from the root of the project for our own files, else the name of the package. */
  readonly to: string;
}

const files = ROOMS.flatMap((room) => list(room));
const imports = files.flatMap((file) => importsOf(file, readFileSync(join(ROOT, file), 'utf8')));

function list(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return list(path);
    return extname(path) === '.ts' ? [path] : [];
  });
}

/** Imports of a source text: static, re-exported, dynamic. What stands in comments and strings is none. */
function importsOf(file: string, text: string): Import[] {
  const code = withoutComments(text);
  const found = [
    ...code.matchAll(/(?:^|[;}\s])(?:import|export)\b[^'"`;]*?\bfrom\s*(['"])([^'"\n]+)\1/g),
    ...code.matchAll(/(?:^|[;}\s])import\s*(['"])([^'"\n]+)\1/g),
    ...code.matchAll(/\bimport\s*\(\s*(['"])([^'"\n]+)\1/g),
  ].map((match) => match[2] ?? '');
  return found.map((to) => ({
    from: file,
    to: to.startsWith('.') ? normalize(join(dirname(file), to)).replaceAll('\\', '/') : to,
  }));
}

/** Comments become spaces; strings and templates stay, so that a `//` in one is not taken for a comment. */
function withoutComments(text: string): string {
  const token = /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(token, (part) => (part.startsWith('//') || part.startsWith('/*') ? ' ' : part));
}

const room = (path: string): number => ROOMS.findIndex((name) => path.startsWith(`${name}/`));
const breaches = (wrong: (given: Import) => boolean): string[] =>
  imports.filter(wrong).map(({ from, to }) => `${from} imports ${to}`);
const isComposer = (file: string): boolean => COMPOSERS.some((pattern) => pattern.test(file));

describe('reading imports', () => {
  it('sees every form and nothing else', () => {
    const text = `import a from './a.ts';
import type { B } from "../b/index.ts";
import {
  c,
} from './c.ts';
export { d } from './d.ts';
import './e.ts';
const f = await import('./f.ts');
// import x from './comment.ts'
/* import x from './block.ts' */
const url = 'https://x'; const text = 'no import here';
import g from 'package';`;
    expect(
      importsOf('src/here/x.ts', text)
        .map(({ to }) => to)
        .sort(),
    ).toEqual(
      [
        'src/here/a.ts',
        'src/b/index.ts',
        'src/here/c.ts',
        'src/here/d.ts',
        'src/here/e.ts',
        'src/here/f.ts',
        'package',
      ].sort(),
    );
  });

  it('finds the project', () => {
    expect(files.length).toBeGreaterThan(80);
    expect(imports.length).toBeGreaterThan(files.length);
    expect(imports).toContainEqual({ from: 'src/search/gates.ts', to: 'acl/index.ts' });
  });
});

describe('the house', () => {
  it('imports go one way: acl <- ingest <- index <- src', () => {
    expect(breaches(({ from, to }) => room(to) > room(from))).toEqual([]);
  });

  it('no room imports tests, benches, scripts or the sample', () => {
    expect(breaches(({ to }) => /^(test|bench|scripts|corpus-sample|bin)\//.test(to))).toEqual([]);
  });

  it('a room imports another only through its index', () => {
    const wrong = breaches(
      ({ from, to }) =>
        room(to) >= 0 && room(to) !== room(from) && to !== `${ROOMS[room(to)]}/index.ts` && !isComposer(from),
    );
    expect(wrong).toEqual([]);
  });

  it('a room inside src imports another only through its index', () => {
    const inner = (path: string): string | undefined => /^src\/([a-z-]+)\//.exec(path)?.[1];
    const wrong = breaches(({ from, to }) => {
      const [own, other] = [inner(from), inner(to)];
      return (
        other !== undefined &&
        own !== other &&
        to !== `src/${other}/index.ts` &&
        !isComposer(from) &&
        own !== 'cli'
      );
    });
    expect(wrong).toEqual([]);
  });

  it('an imported file of ours is there', () => {
    const known = new Set(files);
    expect(breaches(({ to }) => room(to) >= 0 && !known.has(to))).toEqual([]);
  });

  it('src/mcp and src/http never import each other', () => {
    const wrong = breaches(
      ({ from, to }) =>
        (from.startsWith('src/mcp/') && to.startsWith('src/http/')) ||
        (from.startsWith('src/http/') && to.startsWith('src/mcp/')),
    );
    expect(wrong).toEqual([]);
  });

  it('only the composition root and the command line import the composition root', () => {
    expect(
      breaches(({ from, to }) => /^src\/compose/.test(to) && !/^src\/(cli\/|compose)/.test(from)),
    ).toEqual([]);
  });

  it.each(PACKAGES)('$why', ({ name, only }) => {
    expect(breaches(({ from, to }) => name.test(to) && !only.test(from))).toEqual([]);
  });

  it('only src/config reads the environment', () => {
    const readers = files.filter(
      (file) =>
        !file.startsWith('src/config/') &&
        /\bprocess\s*(\.|\?\.)\s*env\b|process\[['"]env['"]\]/.test(
          withoutComments(readFileSync(join(ROOT, file), 'utf8')),
        ),
    );
    expect(readers).toEqual([]);
  });

  it('no file has a name that says nothing', () => {
    expect(files.filter((file) => VAGUE.test(file))).toEqual([]);
  });

  it('every file name is kebab-case', () => {
    expect(
      files.filter((file) => !/^[a-z0-9-]+(\.d)?\.ts$/.test(file.slice(file.lastIndexOf('/') + 1))),
    ).toEqual([]);
  });

  it(`a file over ${MAX_LINES} lines has a reason`, () => {
    const lengths = files.map((file) => ({
      file,
      lines: readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1,
    }));
    expect(lengths.filter(({ file, lines }) => lines > MAX_LINES && LONG[file] === undefined)).toEqual([]);
  });

  it('no reason is kept for a file that is short or gone', () => {
    const long = files.filter(
      (file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1 > MAX_LINES,
    );
    expect(Object.keys(LONG).filter((file) => !long.includes(file))).toEqual([]);
  });
});
