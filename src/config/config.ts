import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { availableParallelism, homedir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { isMap, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type ConfigText, configText } from './schema.ts';

/** The configuration with every path absolute and every default filled in. */
export interface Config extends Omit<ConfigText, 'embedding' | 'ingest'> {
  /** Path of the file it came from. */
  readonly file: string;
  readonly embedding: ConfigText['embedding'] & { readonly cache: string };
  readonly ingest: ConfigText['ingest'] & { readonly workers: number };
}

/** The configuration cannot be used. The message names file, line and key, and the mend. */
export class ConfigError extends Error {
  readonly code = 'config-invalid';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConfigError';
  }
}

const DEFAULT_FILE = 'need-to-know.yaml';

/** Path of the configuration: the option, `NTK_CONFIG`, or `need-to-know.yaml` here. */
export function configPath(option: string | undefined): string {
  return resolve(option ?? process.env['NTK_CONFIG'] ?? DEFAULT_FILE);
}

/** The same where a configuration is not needed: null when none is named and there is none here. */
export function configPathIfAny(option: string | undefined): string | null {
  const path = configPath(option);
  const named = option !== undefined || process.env['NTK_CONFIG'] !== undefined;
  return named || existsSync(path) ? path : null;
}

/**
 * Reads and checks the configuration file.
 * @throws {ConfigError} when it is missing, not YAML, or a key is unknown or wrong
 */
export async function loadConfig(file: string): Promise<Config> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new ConfigError(
      code === 'ENOENT'
        ? `there is no configuration at ${file}: make one with \`ntk init FOLDER\` or name it with --config`
        : `${file} cannot be read (${code})`,
      { cause: error },
    );
  }
  return toConfig(file, text);
}

/** Checks the text of a configuration file; `file` is used for messages and for relative paths. */
export function toConfig(file: string, text: string): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const broken = document.errors[0];
  if (broken !== undefined) {
    throw new ConfigError(`${file}:${lines.linePos(broken.pos[0]).line}: ${broken.message.split('\n')[0]}`);
  }
  const parsed = configText.safeParse(values() ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = [...(issue?.path ?? [])] as (string | number)[];
    if (issue?.code === 'unrecognized_keys' && issue.keys[0] !== undefined) path.push(issue.keys[0]);
    throw new ConfigError(`${file}:${lineOf(path)}: ${path.join('.') || 'top level'}: ${describe(issue)}`);
  }
  return absolute(file, parsed.data);

  function values(): unknown {
    try {
      return document.toJS({ maxAliasCount: 0 });
    } catch (error) {
      throw new ConfigError(`${file}: write values out instead of anchors and aliases`, { cause: error });
    }
  }

  function lineOf(path: readonly (string | number)[]): number {
    for (let length = path.length; length > 0; length -= 1) {
      const above = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
      const pair = isMap(above) ? above.items.find(({ key }) => String(key) === path[length - 1]) : undefined;
      const node = pair?.key ?? document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  }
}

function describe(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === 'unrecognized_keys') return 'no such key: check its spelling or remove it';
  return issue?.message ?? 'not valid';
}

function absolute(file: string, text: ConfigText): Config {
  const folder = dirname(file);
  const at = (path: string): string => (isAbsolute(path) ? path : join(folder, path));
  const { clamav } = text.ingest;
  return {
    ...text,
    file,
    data: at(text.data),
    shares: text.shares.map((share) => ({
      ...share,
      path: at(share.path),
      acl: absoluteAcl(share.acl, at),
    })),
    directory: absoluteDirectory(text.directory, at),
    embedding: {
      ...absoluteModel(text.embedding, at),
      cache:
        text.embedding.cache === undefined
          ? join(homedir(), '.cache', 'need-to-know', 'models')
          : at(text.embedding.cache),
    },
    search: {
      ...text.search,
      ...(text.search.dictionary === undefined ? {} : { dictionary: at(text.search.dictionary) }),
      reranker: absoluteModel(text.search.reranker, at),
    },
    ingest: {
      ...text.ingest,
      workers: text.ingest.workers ?? availableParallelism(),
      ...(clamav === undefined ? {} : { clamav: { ...clamav, socket: at(clamav.socket) } }),
    },
  };
}

function absoluteModel<Model extends { readonly path?: string | undefined }>(
  model: Model,
  at: (path: string) => string,
): Model {
  return model.path === undefined ? model : { ...model, path: at(model.path) };
}

type AclText = ConfigText['shares'][number]['acl'];

function absoluteAcl(acl: AclText, at: (path: string) => string): AclText {
  if (acl.source === 'windows-export') return { ...acl, file: at(acl.file) };
  if (acl.source === 'windows-xattr' && acl.attribute === 'security.NTACL') {
    return acl.sambaConfig === undefined ? acl : { ...acl, sambaConfig: at(acl.sambaConfig) };
  }
  return acl;
}

function absoluteDirectory(
  directory: ConfigText['directory'],
  at: (path: string) => string,
): ConfigText['directory'] {
  const identities = directory.identities === undefined ? {} : { identities: at(directory.identities) };
  if (directory.source === 'file') return { ...directory, ...identities, path: at(directory.path) };
  if (directory.source === 'scim') return { ...directory, ...identities };
  const caFile = directory.caFile === undefined ? {} : { caFile: at(directory.caFile) };
  return { ...directory, ...identities, ...caFile };
}

/**
 * A secret from the environment: the variable itself, or the file that `NAME_FILE` names. Null when neither is set.
 * @throws {ConfigError} when the file cannot be read
 */
export function secret(
  name: 'NTK_LDAP_PASSWORD' | 'NTK_METRICS_TOKEN' | 'NTK_SCIM_TOKEN' | 'NTK_SMB_PASSWORD',
): string | null {
  const file = process.env[`${name}_FILE`];
  if (file === undefined) return process.env[name] ?? null;
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new ConfigError(`${name}_FILE: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
}
