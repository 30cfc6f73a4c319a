import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Login of the one person who may read everything in a bench share. */
export const READER = 'bench';
/** Name of the share every bench measures. */
export const SHARE = 'bench';

/** The `embedding` section of a configuration. */
export interface ModelSettings {
  readonly model: string;
  readonly path: string;
  readonly dimensions: number;
  readonly pooling: 'mean' | 'cls';
  readonly maxTokens?: number;
  readonly dtype?: string;
}

/** The part of the `ingest` section of a configuration that says what reads. */
export interface ReadingSettings {
  readonly pdf?: string;
  readonly ocr: 'off' | Record<string, never>;
  readonly maxFileMegabytes?: number;
  readonly maxCharacters?: number;
  readonly parseMemoryMegabytes?: number;
}

/** A configuration with its own data folder in the system's temporary folder. */
export interface Workspace {
  readonly folder: string;
  /** Path of the configuration file. */
  readonly config: string;
  /** Where catalog and chunks go. */
  readonly data: string;
  /** Removes it all. */
  remove(): void;
}

export interface WorkspaceOptions {
  /** Folder that is the share; it is only read. */
  readonly share: string;
  readonly model?: ModelSettings | undefined;
  readonly reading?: ReadingSettings;
  readonly acl?: 'open' | 'sidecar';
  /** Directory file; one user without groups when left out. */
  readonly directory?: unknown;
}

/** Writes configuration and directory. JSON is YAML, so nothing needs quoting rules. */
export function makeWorkspace(options: WorkspaceOptions): Workspace {
  const folder = mkdtempSync(join(tmpdir(), 'ntk-bench-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  const config = join(folder, 'need-to-know.yaml');
  const directory = join(folder, 'directory.yaml');
  writeFileSync(directory, JSON.stringify(options.directory ?? { users: [{ id: READER }] }));
  const text = {
    data,
    shares: [{ name: SHARE, path: resolve(options.share), acl: { source: options.acl ?? 'open' } }],
    directory: { source: 'file', path: directory },
    embedding: options.model === undefined ? { model: 'none' } : { ...options.model, download: false },
    ingest: options.reading ?? {},
  };
  writeFileSync(config, JSON.stringify(text, null, 2));
  return { folder, config, data, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
