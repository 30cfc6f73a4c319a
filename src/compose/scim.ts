import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type ScimAudit, ScimProvider } from '../../acl/index.ts';
import { ConfigError, secret } from '../config/index.ts';
import { FileAudit } from '../governance/index.ts';
import type { createHttpApp } from '../http/index.ts';
import { SecretError, sharedSecret } from '../identity/index.ts';
import type { Core } from './core.ts';

type ScimFace = NonNullable<Parameters<typeof createHttpApp>[0]['scim']>;

/**
 * What takes pushed users and groups in; null when the directory comes from elsewhere.
 * @throws {ConfigError} when the secret is missing or could be guessed
 */
export function openScim(core: Core, publicUrl: string): ScimFace | null {
  const { config, catalog, now } = core;
  if (config.directory.source !== 'scim') return null;
  const authentic = scimSecret();
  const base = `${publicUrl.replace(/\/+$/, '')}/scim/v2`;
  const audit = new FileAudit(join(config.data, 'audit', 'scim.jsonl'));
  const record = ({ method, kind, id, outcome, started }: ScimAudit): Promise<void> =>
    audit.write({
      at: new Date(now()).toISOString(),
      user: 'scim',
      via: 'http',
      tool: `scim ${method} ${kind}`,
      outcome,
      cited: id === null ? [] : [id],
      milliseconds: Math.max(0, now() - started),
    });
  const provider = new ScimProvider({
    store: catalog.scim,
    audit: record,
    now,
    newId: randomUUID,
    base,
    settleMs: config.directory.settle * 1000,
  });
  return { authentic, base, provider };
}

function scimSecret(): (tried: string) => boolean {
  const value = secret('NTK_SCIM_TOKEN');
  if (value === null) {
    throw new ConfigError(
      'set NTK_SCIM_TOKEN or NTK_SCIM_TOKEN_FILE: directory.source scim needs the secret that the identity provider sends, for example of `openssl rand -hex 32`',
    );
  }
  try {
    return sharedSecret(value);
  } catch (error) {
    if (!(error instanceof SecretError)) throw error;
    throw new ConfigError(`NTK_SCIM_TOKEN: ${error.message}; make one with \`openssl rand -hex 32\``, {
      cause: error,
    });
  }
}
