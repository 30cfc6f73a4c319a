import type { IncomingHttpHeaders } from 'node:http';

/** Names of this machine that no other site can claim by DNS. */
const OWN = ['localhost', '127.0.0.1', '[::1]'];

/** Which host names requests may carry: DNS rebinding sends a browser here under a name that is not ours. */
export function hostNames(publicUrl: string, allowedHosts: readonly string[]): ReadonlySet<string> {
  const allowed = allowedHosts.map((host) => nameOf(host)).filter((name) => name !== null);
  return new Set([new URL(publicUrl).hostname, ...OWN, ...allowed]);
}

/** The name in a Host header or in the configuration, without its port; null when it is none. */
export function nameOf(host: string | undefined): string | null {
  if (host === undefined || !/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.test(host)) return null;
  return URL.parse(`http://${host}`)?.hostname ?? null;
}

/** Whether a request's Origin, when a browser sent one, is an allowed name. `null` (an opaque origin) is not. */
export function originAllowed(origin: string | undefined, names: ReadonlySet<string>): boolean {
  if (origin === undefined) return true;
  const url = URL.parse(origin);
  return url !== null && names.has(url.hostname);
}

/**
 * Whether a form was sent from one of our own pages. Browsers say so by Origin or Sec-Fetch-Site; what sends
 * neither is no browser that another site could make send a cookie. `publicHost` is the name and port that
 * people see, which differs from the Host header behind a proxy that rewrites it.
 */
export function fromOwnPage(headers: IncomingHttpHeaders, publicHost: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (headers.origin === undefined) return true;
  const host = URL.parse(headers.origin)?.host;
  return host !== undefined && (host === headers.host || host === publicHost);
}
