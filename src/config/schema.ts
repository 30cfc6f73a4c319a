import { z } from 'zod';
import { entriesText } from '../../acl/index.ts';

/** A length of time as people write it: `90s`, `30m`, `24h`, `30d`. Gives seconds. */
export const duration = z
  .string()
  .regex(/^\d+(s|m|h|d)$/, 'write a number and s, m, h or d, for example 24h')
  .transform((text) => Number.parseInt(text, 10) * { s: 1, m: 60, h: 3_600, d: 86_400 }[text.at(-1) as 's']);

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'use lower-case letters, digits and hyphens, at most 63');

const share = z.strictObject({
  name,
  path: z.string().min(1),
  acl: z.discriminatedUnion('source', [
    z.strictObject({ source: z.enum(['sidecar', 'posix', 'open']) }),
    z.strictObject({
      source: z.literal('windows-export'),
      file: z.string().min(1),
      maxAge: duration.default(86_400),
    }),
  ]),
  shareAcl: entriesText.default([{ allow: 'everyone' }]),
});

const model = z.strictObject({
  model: z.string().min(1).default('none'),
  path: z.string().min(1).optional(),
  cache: z.string().min(1).optional(),
  download: z.boolean().default(true),
  mirror: z.url({ protocol: /^https?$/ }).optional(),
  threads: z.int().positive().max(64).optional(),
  dtype: z.enum(['fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4', 'q4f16']).optional(),
  file: z.string().min(1).optional(),
  dimensions: z.int().positive().optional(),
  maxTokens: z.int().positive().optional(),
  pooling: z.enum(['mean', 'cls']).optional(),
  normalize: z.boolean().optional(),
  prefixes: z.strictObject({ query: z.string().optional(), passage: z.string().optional() }).optional(),
});

/** The password of `bindDn` comes from NTK_LDAP_PASSWORD or the file named by NTK_LDAP_PASSWORD_FILE. */
const ldap = z.strictObject({
  source: z.literal('ldap'),
  url: z.string().regex(/^ldaps?:\/\/./, 'write ldaps://host or ldap://host'),
  schema: z.enum(['openldap', 'ad']),
  baseDn: z.string().min(1),
  bindDn: z.string().min(1),
  startTls: z.boolean().default(false),
  caFile: z.string().min(1).optional(),
  userFilter: z.string().min(1).optional(),
  groupFilter: z.string().min(1).optional(),
  attributes: z.strictObject({ login: z.string().optional(), name: z.string().optional() }).optional(),
  pageSize: z.int().min(1).max(10_000).optional(),
  timeoutSeconds: z.number().positive().default(30),
  /** How often `ntk serve` reads it again. */
  interval: duration.default(900),
  maxStaleness: duration.default(86_400),
});

/** The configuration file. Unknown keys are refused, so that a typing error is never a silent default. */
export const configText = z.strictObject({
  data: z.string().min(1).default('./need-to-know-data'),
  shares: z
    .array(share)
    .min(1)
    .refine(
      (shares) => new Set(shares.map(({ name }) => name)).size === shares.length,
      'two shares have one name',
    ),
  directory: z.discriminatedUnion('source', [
    z.strictObject({
      source: z.literal('file'),
      path: z.string().min(1),
      maxStaleness: duration.default(86_400),
    }),
    ldap,
  ]),
  embedding: model.prefault({}),
  ingest: z
    .strictObject({
      maxFileMegabytes: z.number().positive().default(256),
      maxCharacters: z.int().positive().default(20_000_000),
      parseTimeoutSeconds: z.number().positive().default(120),
      parseMemoryMegabytes: z.int().min(128).default(1_024),
      workers: z.int().min(1).max(64).optional(),
    })
    .prefault({}),
  http: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(7_700),
      publicUrl: z.url({ protocol: /^https?$/ }).optional(),
      allowedHosts: z.array(z.string().min(1)).default([]),
    })
    .prefault({}),
  limits: z
    .strictObject({
      resultTokens: z.int().min(200).max(50_000).default(4_000),
      fetchTokens: z.int().min(200).max(50_000).default(8_000),
      timeoutSeconds: z.number().positive().default(15),
    })
    .prefault({}),
});

export type ConfigText = z.infer<typeof configText>;
