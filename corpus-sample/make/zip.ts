import { unzipSync, type Zippable, zipSync } from 'fflate';

/** Local time on purpose: a zip entry stores wall-clock fields, so this is the same in every time zone. */
const ENTRY_TIME = new Date(2025, 0, 1, 12, 0, 0);

/** A zip with fixed entry times. Entries named in `stored` are not compressed. */
export function zip(
  entries: Readonly<Record<string, Uint8Array>>,
  stored: readonly string[] = [],
): Uint8Array {
  const zippable: Zippable = {};
  for (const [name, bytes] of Object.entries(entries)) {
    zippable[name] = [bytes, { level: stored.includes(name) ? 0 : 9, mtime: ENTRY_TIME, os: 0 }];
  }
  return zipSync(zippable);
}

/** Rewrites an office file so that nothing in it tells when it was made, apart from the date given. */
export function settle(bytes: Uint8Array, date: string): Uint8Array {
  const entries = unzipSync(bytes);
  const core = entries['docProps/core.xml'];
  if (core !== undefined) {
    const xml = new TextDecoder()
      .decode(core)
      .replace(/(<dcterms:(created|modified)[^>]*>)[^<]*/g, `$1${date}T09:00:00Z`);
    entries['docProps/core.xml'] = new TextEncoder().encode(xml);
  }
  for (const name of Object.keys(entries)) if (name.endsWith('/')) delete entries[name];
  return zip(entries);
}
