import { z } from 'zod';
import { duration } from './duration.ts';
import { shareSddl } from './smb.ts';

const LIST_OF_SHARE =
  'the list of the share decides as well: name the share of smb.conf in sambaShare, or write its list in shareSddl, one of them';

/** Descriptors that Samba keeps beside its files, read on its own machine. */
const ntacl = z
  .strictObject({
    source: z.literal('windows-xattr'),
    attribute: z.literal('security.NTACL'),
    systemAcls: z.enum(
      ['enforced', 'ignored'],
      'write ignored where smb.conf has acl_xattr:ignore system acls = yes, else enforced',
    ),
    /** Name of the share in smb.conf. */
    sambaShare: z
      .string()
      .regex(/^[^\][/\\\s-][^\][/\\]*$/, 'write the name of the share as it stands in smb.conf')
      .optional(),
    /** smb.conf of the server, where it is not in Samba's own place. */
    sambaConfig: z.string().min(1).optional(),
    shareSddl: shareSddl.optional(),
  })
  .superRefine(({ sambaShare, shareSddl: sddl, sambaConfig }, { addIssue }) => {
    if ((sambaShare === undefined) === (sddl === undefined)) addIssue(LIST_OF_SHARE);
    else if (sambaConfig !== undefined && sambaShare === undefined) {
      addIssue({ code: 'custom', path: ['sambaConfig'], message: 'it is read for sambaShare alone' });
    }
  });

/** Descriptors as a CIFS mount of Linux hands them out. */
const cifs = z.strictObject({
  source: z.literal('windows-xattr'),
  attribute: z.enum(['system.cifs_acl', 'system.cifs_ntsd']),
  /** What serves the share: Samba asks its kernel as well. */
  server: z.enum(['windows', 'samba'], 'write windows or samba: they decide differently'),
  /** A mount does not tell the list of the share. */
  shareSddl: z.string('write the list of the share itself, for example D:(A;;FA;;;WD)').pipe(shareSddl),
  /** Descriptors of unchanged files are read again after so long. */
  rescanAfter: duration.default(86_400),
});

export const windowsXattrAcl = z.discriminatedUnion('attribute', [ntacl, cifs], {
  error: 'write security.NTACL on a Samba server, or system.cifs_acl on a CIFS mount',
});
