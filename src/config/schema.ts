import { z } from 'zod';
import { entriesText } from '../../acl/index.ts';
import { duration } from './duration.ts';
import { clamav, files } from './files.ts';
import { ocr, pdfEngine } from './reading.ts';
import { reranker } from './reranker.ts';
import { signIn } from './sign-in.ts';
import { smbAcl } from './smb.ts';
import { windowsXattrAcl } from './windows-xattr.ts';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'use lower-case letters, digits and hyphens, at most 63');

/** Who may connect to a Samba share stands in its smb.conf, which no server tells: silence would open it. */
const UNTOLD =
  'write who may connect, as `valid users` of smb.conf says; [{ allow: everyone }] where it says nothing: a Samba server does not tell';

const shareText = z.strictObject({
  name,
  path: z.string().min(1),
  acl: z.discriminatedUnion('source', [
    z.strictObject({ source: z.enum(['sidecar', 'posix', 'open']) }),
    z.strictObject({
      source: z.literal('windows-export'),
      file: z.string().min(1),
      maxAge: duration.default(86_400),
    }),
    smbAcl,
    windowsXattrAcl,
  ]),
  shareAcl: entriesText.optional(),
  /** Paths that are left out, in gitignore syntax, after the usual leavings of programs. */
  ignore: z.array(z.string().min(1)).default([]),
  files: files.prefault({}),
});

/** Whether a Samba server decides who may connect and its smb.conf is not read. */
function isUntold(acl: z.infer<typeof shareText>['acl']): boolean {
  switch (acl.source) {
    case 'smb':
      return acl.server === 'samba';
    case 'windows-xattr':
      return acl.attribute === 'security.NTACL' ? acl.sambaShare === undefined : acl.server === 'samba';
    default:
      return false;
  }
}

const share = shareText
  .superRefine(({ acl, shareAcl }, { addIssue }) => {
    if (shareAcl !== undefined || !isUntold(acl)) return;
    addIssue({ code: 'custom', path: ['shareAcl'], message: UNTOLD });
  })
  .transform(({ shareAcl = [{ allow: 'everyone' }], ...rest }) => ({ ...rest, shareAcl }));

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

/** A file of further names of people and groups: SIDs, uids, gids, subjects of identity providers. */
const identities = z.string().min(1).optional();

/** The password of `bindDn` comes from NTK_LDAP_PASSWORD or the file named by NTK_LDAP_PASSWORD_FILE. */
const ldap = z.strictObject({
  source: z.literal('ldap'),
  identities,
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
  /** How often `ntk serve` asks whether something changed, and reads what did. */
  probe: duration.refine((seconds) => seconds > 0, 'write at least 1s').default(5),
  /** How often it reads everything from a server that cannot tell; also the longest time between tries. */
  interval: duration.default(900),
  /** How often it reads everything although the server can tell. */
  fullInterval: duration.refine((seconds) => seconds <= 86_400, 'write at most 24h').default(3_600),
  maxStaleness: duration.default(86_400),
});

/** An identity provider pushes to `/scim/v2`, with the secret of NTK_SCIM_TOKEN or NTK_SCIM_TOKEN_FILE. */
const scim = z.strictObject({
  source: z.literal('scim'),
  identities,
  /** How long nothing must change before the first push counts as complete. */
  settle: duration.default(60),
  /** Counted from the last request of the identity provider. */
  maxStaleness: duration.default(2_592_000),
});

/** The configuration file. Unknown keys are refused, so that a typing error is never a silent default. */
export const configText = z
  .strictObject({
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
        identities,
        maxStaleness: duration.default(86_400),
      }),
      ldap,
      scim,
    ]),
    signIn: signIn.prefault({}),
    embedding: model.prefault({}),
    search: z
      .strictObject({
        reranker: reranker.prefault({}),
        /** Words and what they mean in other languages, one pair a line. */
        dictionary: z.string().min(1).optional(),
      })
      .prefault({}),
    ingest: z
      .strictObject({
        maxFileMegabytes: z.number().positive().default(256),
        maxCharacters: z.int().positive().default(20_000_000),
        parseTimeoutSeconds: z.number().positive().default(120),
        parseMemoryMegabytes: z.int().min(128).default(1_024),
        workers: z.int().min(1).max(64).optional(),
        clamav: clamav.optional(),
        pdf: pdfEngine.default('auto'),
        ocr: ocr.prefault({}),
        /** A listing that misses more than this part of a share is not believed. */
        mostRemoved: z.number().min(0).max(1).default(0.5),
        /** How `ntk serve` notices changes; auto asks the kernel, and looks where a mount tells nothing. */
        watch: z.enum(['auto', 'poll', 'off']).default('auto'),
        pollInterval: duration.default(60),
        /** How often every share is compared whole, whatever was noticed. */
        reconcileInterval: duration.default(3_600),
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
  })
  // Otherwise nobody could ever sign in, and nothing would say why.
  .superRefine(({ signIn, directory }, { addIssue }) => {
    for (const [at, { matches }] of signIn.issuers.entries()) {
      const path = ['signIn', 'issuers', at, 'matches'];
      if (matches === 'subject' && directory.identities === undefined) {
        addIssue({
          code: 'custom',
          path,
          message: 'subjects are mapped to people by a file: name it in directory.identities',
        });
      }
      if (matches === 'externalId' && directory.source !== 'scim') {
        addIssue({ code: 'custom', path, message: 'only directory.source: scim has external ids' });
      }
    }
  });

export type ConfigText = z.infer<typeof configText>;
