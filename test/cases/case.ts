import { LOGINS, type Login } from './people.ts';

/** How a case is set up; `{bob}` stands for bob's SID or number. */
export type Setting =
  /** Security descriptors of file and share in SDDL. */
  | { readonly system: 'windows'; readonly list: string; readonly share?: string }
  /** The server could not read the list when it exported. */
  | { readonly system: 'windows'; readonly unreadable: string; readonly share?: string }
  /** `MODE:UID:GID[:ACLTEXT]` of the file and of the folders above it inside the share, outermost first. */
  | { readonly system: 'posix'; readonly list: string; readonly folders?: readonly string[] }
  /** Entries of the folder's `.acl.yaml`, and those of the share. */
  | { readonly system: 'sidecar'; readonly list: readonly string[]; readonly share?: readonly string[] }
  /** An `.acl.yaml` that cannot be read. */
  | { readonly system: 'sidecar'; readonly unreadable: string; readonly share?: readonly string[] };

/** One file, its list, and who of `LOGINS` must be able to read it: nobody else may learn of it. */
export interface Case<Kind extends Setting = Setting> {
  /** Number among the 25. */
  readonly number: number;
  readonly name: string;
  readonly set: Kind;
  readonly reads: readonly Login[];
}

export const NOBODY: readonly Login[] = [];
export const EVERYBODY: readonly Login[] = LOGINS;
export const allBut = (...left: readonly Login[]): readonly Login[] =>
  LOGINS.filter((login) => !left.includes(login));
