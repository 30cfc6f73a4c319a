import { Agent, request } from 'node:http';

/** What became of one question over REST. */
export type RestOutcome =
  | { readonly kind: 'answer'; readonly paths: readonly string[] }
  /** An HTTP status with the code of the problem, or the code of a broken connection. */
  | { readonly kind: 'error'; readonly name: string };

/** One person's program that asks over REST and keeps its connections. */
export interface RestClient {
  ask(query: string): Promise<RestOutcome>;
  close(): void;
}

interface Body {
  readonly results?: readonly { readonly path: string }[];
  readonly error?: { readonly code: string };
}

export function restClient(url: string, secret: string): RestClient {
  const agent = new Agent({ keepAlive: true });
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
  const to = new URL('/api/v1/search', url);
  return {
    ask: (query) =>
      new Promise((resolve) => {
        const broken = (error: Error & { readonly code?: string }): void =>
          resolve({ kind: 'error', name: error.code ?? error.name });
        const sent = request(to, { method: 'POST', agent, headers }, (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('error', broken);
          answer.on('end', () => resolve(outcome(answer.statusCode ?? 0, Buffer.concat(parts).toString())));
        });
        sent.on('error', broken);
        sent.end(JSON.stringify({ query }));
      }),
    close: () => agent.destroy(),
  };
}

function outcome(status: number, text: string): RestOutcome {
  const { results = [], error } = JSON.parse(text) as Body;
  if (status === 200) return { kind: 'answer', paths: results.map(({ path }) => path) };
  return { kind: 'error', name: `${status} ${error?.code ?? ''}` };
}
