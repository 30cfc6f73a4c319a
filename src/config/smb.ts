import { z } from 'zod';
import { parseSddl } from '../../acl/index.ts';
import { duration } from './duration.ts';

/** A descriptor in SDDL with a list, as it is written for a share. */
export const shareSddl = z.string().superRefine((text, { addIssue }) => {
  const parsed = parseSddl(text);
  if (!parsed.ok) addIssue(parsed.error);
  else if (parsed.descriptor.dacl.kind === 'absent') addIssue('it has no list (D:)');
});

/**
 * Permissions that the file server itself is asked for. The password of `user` comes from NTK_SMB_PASSWORD or the file
 * named by NTK_SMB_PASSWORD_FILE.
 */
export const smbAcl = z.strictObject({
  source: z.literal('smb'),
  unc: z
    .string()
    .regex(
      /^\/\/[A-Za-z0-9][A-Za-z0-9.-]*(\/[^/\\"*?<>|:;\p{Cc}]*[^/\\"*?<>|:;\p{Cc}. ])+$/u,
      'write //SERVER/SHARE, or //SERVER/SHARE/FOLDER where a folder of the share is mounted',
    ),
  server: z.enum(
    ['windows', 'samba'],
    'write windows or samba: on Samba the kernel of the server decides as well',
  ),
  user: z
    .string()
    .regex(/^[^\s%\\/-][^%\\/\p{Cc}]*$/u, 'write the name of the account alone; its domain goes into domain'),
  domain: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'write the name of the domain')
    .optional(),
  shareSddl: shareSddl.optional(),
  rescanAfter: duration.default(86_400),
});
