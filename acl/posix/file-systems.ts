/**
 * File systems, by the `f_type` of statfs(2), on which what stat and `system.posix_acl_access` say is what
 * decides. All others are refused: CIFS and FAT make up mode bits, and on NFS or FUSE the server decides by
 * rules that mode bits show in part, so that a named user's denial would be lost.
 */
export const POSIX_FILE_SYSTEMS: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext2, ext3, ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x01021994, 'tmpfs'],
  [0xf2f52010, 'f2fs'],
  [0x794c7630, 'overlayfs'],
]);
