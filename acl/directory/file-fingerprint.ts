import { stat } from 'node:fs/promises';

/** Differs whenever a file may have changed, however quickly and to whatever size; null when it is not there. */
export async function fileFingerprint(path: string): Promise<string | null> {
  try {
    const { mtimeNs, ctimeNs, size, ino } = await stat(path, { bigint: true });
    return `${ino}:${size}:${mtimeNs}:${ctimeNs}`;
  } catch {
    return null;
  }
}
