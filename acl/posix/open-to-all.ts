import type { PosixChain } from './access.ts';
import { EXECUTE, type Perm, type PosixAcl, READ } from './posix-acl.ts';

/** Whether a chain lets everybody read whoever they are, so that nothing about them need be known. */
export function isOpenToAll({ file, ancestors }: PosixChain): boolean {
  return gives(file, READ) && ancestors.every((folder) => gives(folder, EXECUTE));
}

function gives({ userObj, users, groupObj, groups, mask, other }: PosixAcl, right: Perm): boolean {
  const all = [userObj, groupObj, mask ?? right, other, ...[...users, ...groups].map(({ perm }) => perm)];
  return all.every((perm) => (perm & right) === right);
}
