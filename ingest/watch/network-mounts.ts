import { statfs } from 'node:fs/promises';

/**
 * File systems, by the `f_type` of statfs(2), whose changes come from other machines: the kernel tells nothing of
 * them, so they are looked at again and again.
 */
const NETWORK: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x517b, 'SMB'],
  [0x65735546, 'FUSE'],
  [0x01021997, '9P'],
  [0x00c36400, 'Ceph'],
  [0x5346414f, 'AFS'],
]);

/** The name of the network file system that a folder lies on; null for a local one. */
export async function networkMount(folder: string): Promise<string | null> {
  const { type } = await statfs(folder);
  // Node gives signed numbers for the types with the highest bit.
  return NETWORK.get(type < 0 ? type + 2 ** 32 : type) ?? null;
}
