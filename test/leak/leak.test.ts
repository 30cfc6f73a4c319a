import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide, type PrincipalId, shareId } from '../../acl/index.ts';
import type { CatalogDocument } from '../../index/index.ts';
import type { RunningServer } from '../../src/compose/serving.ts';
import { openSample, type SampleCompany, serveSample } from '../support/sample.ts';
import { commandFaces, type Face, networkFaces, overStdio, type Visitor, visit } from './faces.ts';
import { type KnownDocument, leaksIn, type Secrets, secretsOf } from './secrets.ts';

/** A process for each person. */
const STDIO_TIMEOUT = 300_000;
/** Every document over some face, for every set of rights. */
const WALK_TIMEOUT = 300_000;

let sample: SampleCompany;
let server: RunningServer;
let faces: readonly Face[];
let documents: readonly KnownDocument[];
const secrets = new Map<string, Secrets>();
const visitors = new Map<string, Visitor>();

beforeAll(async () => {
  sample = await openSample('http://127.0.0.1');
  server = await serveSample(sample);
  faces = networkFaces(server.url);
  documents = await allDocuments();
  for (const login of sample.logins) secrets.set(login, await secretsOf(sample, documents, login));
});

afterAll(async () => {
  for (const { client } of visitors.values()) await client.close();
  await server.close();
  await sample.close();
});

/** Every document with its text, read past the gates through the answering parts of somebody who sees it. */
async function allDocuments(): Promise<KnownDocument[]> {
  const { catalog } = sample.core;
  const rows = await catalog.listDocuments({ share: shareId('company'), under: '', after: '', limit: 1_000 });
  const known: KnownDocument[] = [];
  for (const document of rows) {
    const ordinals = Array.from({ length: document.chunks }, (_, ordinal) => ordinal);
    const passages = ordinals.map((ordinal) => `${document.id}.${document.revision}.${ordinal}`);
    known.push({ document, lines: await linesOf(document), passages });
  }
  return known;
}

async function linesOf(document: CatalogDocument): Promise<string[]> {
  const user = await readerOf(document);
  const caller = { user, scopes: new Set(['documents:read']), via: 'cli' as const };
  const lines: string[] = [];
  let id: string = document.id;
  while (id !== '') {
    const reading = await sample.answering.gate.call(sample.answering.tools.fetch, caller, { id });
    if (!reading.ok) throw new Error(`${document.path}: ${reading.refusal.message}`);
    const { text, metadata } = reading.output;
    lines.push(...text.split('\n').filter((line) => line !== '' && !line.startsWith('## ')));
    id = metadata.next ?? '';
  }
  return lines;
}

async function readerOf({ path, scope }: CatalogDocument): Promise<PrincipalId> {
  const snapshot = await sample.core.snapshot();
  const descriptor = scope === null ? undefined : (await sample.core.catalog.scopes()).get(scope)?.descriptor;
  for (const user of snapshot?.users.keys() ?? []) {
    const made = await sample.core.tokenOf(user);
    if (made.ok && decide(descriptor ?? null, made.token).read) return user;
  }
  throw new Error(`nobody reads ${path}`);
}

async function visitorOf(login: string): Promise<Visitor> {
  const known = visitors.get(login);
  if (known !== undefined) return known;
  const visitor = await visit(sample, server.url, login);
  visitors.set(login, visitor);
  return visitor;
}

function secretsFor(login: string): Secrets {
  const found = secrets.get(login);
  if (found === undefined) throw new Error(login);
  return found;
}

/** One person for each set of rights. */
function representatives(): string[] {
  const seen = new Map<string, string>();
  for (const [login, { hidden }] of secrets) {
    const key = hidden.map(({ known }) => known.document.id).join();
    if (!seen.has(key)) seen.set(key, login);
  }
  return [...seen.values()];
}

function enabled(login: string): boolean {
  return login !== 'giorgio.piva';
}

describe('the leak suite itself', () => {
  it('knows hidden documents for everybody and sees their text when it is shown', () => {
    for (const [login, { hidden }] of secrets) {
      expect(hidden.length, login).toBeGreaterThan(0);
      expect(hidden.every(({ marks }) => marks.length >= 2)).toBe(true);
    }
    const narrow = secretsFor('hugo.lindqvist');
    const shown = narrow.hidden[0];
    expect(leaksIn(JSON.stringify({ text: shown?.known.lines.join('\n') }), narrow, '')).not.toEqual([]);
    expect(representatives().length).toBeGreaterThan(8);
  });
});

describe('every face', () => {
  it('shows a readable document to the same visitor, so that silence means something', async () => {
    const visitor = await visitorOf('anna.rossi');
    const known = secretsFor('anna.rossi').readable.find(({ document }) =>
      document.path.startsWith('Contabilità'),
    );
    if (known === undefined) throw new Error('anna.rossi reads nothing of finance');
    for (const face of faces) {
      if (face.takes === 'nothing' || face.name === 'MCP check_citation') continue;
      const asked = {
        question: questionFor(known),
        id: known.passages[0] ?? '',
        path: known.document.path.split('/').slice(0, -1).join('/'),
      }[face.takes];
      const shown = await face.ask(visitor, asked);
      const mark = face.takes === 'id' ? (known.document.title ?? known.document.path) : known.document.id;
      expect(shown, face.name).toContain(mark);
    }
  });
});

describe('every person over every face', () => {
  it('meets nothing hidden when asking what hidden documents answer', async () => {
    const leaks: string[] = [];
    for (const login of sample.logins.filter(enabled)) {
      const mine = secretsFor(login);
      const visitor = await visitorOf(login);
      const [first, second] = [mine.hidden.at(0), mine.hidden.at(mine.hidden.length >> 1)];
      const questions = [first, second].flatMap((hidden) =>
        hidden === undefined ? [] : [questionFor(hidden.known)],
      );
      for (const face of faces) {
        for (const asked of inputsFor(face, questions, mine)) {
          leaks.push(...(await leaksOver(face, visitor, asked, mine)));
        }
      }
    }
    expect(leaks).toEqual([]);
  });

  it('finds in folder listings exactly what the person may read', async () => {
    for (const login of sample.logins.filter(enabled)) {
      const visitor = await visitorOf(login);
      const listed = await walkFolders(visitor, '');
      const expected = secretsFor(login).readable.map(({ document }) => document.path);
      expect(listed.sort(), login).toEqual(expected.sort());
    }
  });

  it('meets nothing hidden on the command line', async () => {
    const leaks: string[] = [];
    for (const login of sample.logins.filter(enabled)) {
      const mine = secretsFor(login);
      const known = mine.hidden[mine.hidden.length >> 1]?.known;
      if (known === undefined) throw new Error(login);
      for (const face of commandFaces(sample.config)) {
        const asked = face.takes === 'question' ? questionFor(known) : (known.passages[0] ?? '');
        leaks.push(...leaksIn(await face.ask(login, asked), mine, asked));
      }
    }
    expect(leaks).toEqual([]);
  });

  it('meets nothing hidden over MCP on stdio', { timeout: STDIO_TIMEOUT }, async () => {
    const leaks: string[] = [];
    for (const login of sample.logins.filter(enabled)) {
      const mine = secretsFor(login);
      const known = mine.hidden[mine.hidden.length >> 1]?.known;
      const open = mine.readable[0];
      if (known === undefined || open === undefined) throw new Error(login);
      const client = await overStdio(sample.config, login);
      const ask = async (name: string, input: Record<string, unknown>): Promise<string> =>
        JSON.stringify(await client.callTool({ name, arguments: input }).catch(String));
      const query = questionFor(known);
      leaks.push(...leaksIn(await ask('search_documents', { query, limit: 50 }), mine, query));
      leaks.push(...leaksIn(await ask('fetch', { id: known.document.id }), mine, known.document.id));
      leaks.push(...leaksIn(await ask('list_folder', { share: 'company' }), mine, ''));
      expect(await ask('fetch', { id: open.document.id }), login).toContain(open.document.id);
      await client.close();
    }
    expect(leaks).toEqual([]);
  });
});

describe('one person for each set of rights', () => {
  it('meets nothing of any hidden document by its title, its words or its ids', {
    timeout: WALK_TIMEOUT,
  }, async () => {
    const leaks: string[] = [];
    const asking = faces.filter(({ takes }) => takes === 'question');
    const naming = faces.filter(({ takes }) => takes === 'id');
    for (const [person, login] of representatives().filter(enabled).entries()) {
      const mine = secretsFor(login);
      const visitor = await visitorOf(login);
      // Every document meets every face, each time for another person.
      for (const [at, { known }] of mine.hidden.entries()) {
        const byWords = asking[(at + person) % asking.length];
        const byId = naming[(at + person) % naming.length];
        if (byWords !== undefined)
          leaks.push(...(await leaksOver(byWords, visitor, questionFor(known), mine)));
        if (byId !== undefined)
          leaks.push(...(await leaksOver(byId, visitor, known.passages[0] ?? '', mine)));
      }
    }
    expect(leaks).toEqual([]);
  });

  it('gets the same answer for a hidden id as for one that does not exist', async () => {
    for (const login of representatives().filter(enabled)) {
      const mine = secretsFor(login);
      const visitor = await visitorOf(login);
      const hidden = mine.hidden[mine.hidden.length >> 1]?.known;
      if (hidden === undefined) throw new Error(login);
      for (const face of faces.filter(({ takes }) => takes === 'id')) {
        const pairs = [
          [hidden.document.id, 'aaaaaaaaaaaaaaaa'],
          [hidden.passages[0] ?? '', 'aaaaaaaaaaaaaaaa.0123456789abcdef.0'],
        ];
        for (const [real = '', none = ''] of pairs) {
          const answer = (await face.ask(visitor, real)).replaceAll(real, 'ID');
          expect(answer, `${login} over ${face.name}`).toBe(
            (await face.ask(visitor, none)).replaceAll(none, 'ID'),
          );
        }
      }
    }
  });

  it('gets the same answer for a hidden folder as for one that does not exist', async () => {
    const face = faces.find(({ takes }) => takes === 'path');
    for (const login of representatives().filter(enabled)) {
      const mine = secretsFor(login);
      const open = new Set(mine.readable.flatMap(({ document }) => foldersAbove(document.path)));
      const closed = new Set(mine.hidden.flatMap(({ known }) => foldersAbove(known.document.path)));
      const visitor = await visitorOf(login);
      const nothing = await face?.ask(visitor, 'No such folder');
      for (const folder of closed) {
        if (!open.has(folder)) expect(await face?.ask(visitor, folder), `${login}: ${folder}`).toBe(nothing);
      }
    }
  });
});

describe('somebody whose account is disabled', () => {
  it('is answered nothing over any face', async () => {
    const user = await sample.core.userOf('giorgio.piva');
    if (user === null) throw new Error('giorgio.piva');
    const secret = await sample.tokenFor(user);
    const response = await fetch(`${server.url}/api/v1/search`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'ferie' }),
    });
    expect(response.status).toBe(401);
  });
});

function questionFor({ document, lines }: KnownDocument): string {
  const line = lines.find((text) => text.length >= 40) ?? lines[0] ?? '';
  return `${document.title ?? ''} ${line}`.slice(0, 200).trim();
}

function inputsFor(face: Face, questions: readonly string[], mine: Secrets): string[] {
  switch (face.takes) {
    case 'question':
      return [...questions];
    case 'id':
      return mine.hidden.slice(0, 2).map(({ known }) => known.document.id);
    case 'path':
      return [
        '',
        ...mine.hidden.slice(0, 2).flatMap(({ known }) => foldersAbove(known.document.path).slice(0, 1)),
      ];
    case 'nothing':
      return [''];
  }
}

async function leaksOver(face: Face, visitor: Visitor, asked: string, mine: Secrets): Promise<string[]> {
  const leaks = leaksIn(await face.ask(visitor, asked), mine, asked);
  return leaks.map((leak) => `${visitor.login} over ${face.name} asking "${asked}": ${leak}`);
}

function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

async function walkFolders({ client }: Pick<Visitor, 'client'>, path: string): Promise<string[]> {
  const found: string[] = [];
  for (let after = ''; ; ) {
    const answer = await client.callTool({
      name: 'list_folder',
      arguments: { share: 'company', path, after, limit: 7 },
    });
    if (answer.isError === true) return found;
    const { entries, next } = answer.structuredContent as {
      entries: { kind: string; path: string }[];
      next: string | null;
    };
    for (const entry of entries) {
      if (entry.kind === 'folder') found.push(...(await walkFolders({ client }, entry.path)));
      else found.push(entry.path);
    }
    if (next === null) return found;
    after = next;
  }
}
