import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { ConfigError } from '../config/index.ts';
import { isFolder } from './status.ts';

export interface InitOptions {
  readonly folder: string;
  readonly config: string;
  readonly data: string | null;
  /** Everyone of the directory may read everything, by the operator's word. */
  readonly open: boolean;
  /** Login of the operator, who becomes the first user of a new directory file. */
  readonly login: string;
}

/**
 * Writes a commented configuration for a folder, and a directory file beside it when there is none.
 * Nothing that exists is overwritten. Gives the paths written.
 * @throws {ConfigError} when the folder is none or the configuration exists
 */
export async function writeInitialConfig(options: InitOptions): Promise<string[]> {
  const folder = resolve(options.folder);
  const file = resolve(options.config);
  if (!isFolder(folder)) throw new ConfigError(`${folder} is not a folder: name the share's root`);
  if (existsSync(file)) {
    throw new ConfigError(`${file} exists already: edit it, or name another file with --config`);
  }
  const home = dirname(file);
  const from = (path: string): string => {
    const near = relative(home, path);
    return JSON.stringify(near === '' ? '.' : near.startsWith('..') ? path : `./${near}`);
  };
  const data = resolve(options.data ?? join(home, 'need-to-know-data'));
  const directory = join(home, 'directory.yaml');
  const written = [file];
  await writeFile(file, configuration({ folder: from(folder), data: from(data), open: options.open }), {
    flag: 'wx',
  });
  if (!existsSync(directory)) {
    await writeFile(directory, firstDirectory(options.login), { flag: 'wx' });
    written.push(directory);
  }
  return written;
}

function configuration({ folder, data, open }: { folder: string; data: string; open: boolean }): string {
  return `# need-to-know: configuration. Check it with \`ntk doctor\`.

# Where the index, the catalog and the audit are kept: a local disk with room for about the size of the text.
data: ${data}

shares:
  - name: company
    path: ${folder}
    acl:
      # sidecar: each folder may hold an .acl.yaml that says who reads it; without any, nobody does.
      # open: everyone in the directory reads everything.
      source: ${open ? 'open' : 'sidecar'}
    # Who may use the share at all; the files' own permissions must allow as well.
    shareAcl:
      - allow: everyone

directory:
  source: file
  # Users and groups. An edit counts at the next question.
  path: ./directory.yaml
  # When it could not be read for this long, nobody is answered.
  maxStaleness: 24h

embedding:
  # none: search by words. For search by meaning name a model and run \`ntk models pull\`, then \`ntk ingest\`:
  # model: ibm-granite/granite-embedding-97m-multilingual-r2
  model: none

http:
  host: 127.0.0.1
  port: 7700
  # The address people reach it by, used in links:
  # publicUrl: https://search.example.com
`;
}

function firstDirectory(login: string): string {
  return `# People and groups. Entries in .acl.yaml name them as user:ID and group:ID.
users:
  - id: ${JSON.stringify(login)}
groups:
  - id: staff
    users: [${JSON.stringify(login)}]
`;
}
