import { request } from 'node:http';

/** A request whose every header is the test's own: `fetch` sets Host itself. */
export async function rawRequest(
  url: string,
  {
    method = 'GET',
    headers = {},
    body,
  }: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  } = {},
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => {
        const received = new Headers();
        for (let at = 0; at < answer.rawHeaders.length; at += 2) {
          received.append(answer.rawHeaders[at] ?? '', answer.rawHeaders[at + 1] ?? '');
        }
        const status = answer.statusCode ?? 0;
        const text = Buffer.concat(parts);
        resolve(new Response(text.length === 0 ? null : text, { status, headers: received }));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The body as JSON, of whatever shape the test expects. */
export async function jsonOf(response: Response): Promise<ReturnType<typeof JSON.parse>> {
  return JSON.parse(await response.text());
}
