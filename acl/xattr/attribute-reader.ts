/** The value of an extended attribute with the mode of its file (`st_mode`, kind of file included). */
export type AttributeReading =
  | { readonly ok: true; readonly value: Uint8Array; readonly mode: number }
  /** The file has no such attribute, as the file system says itself; never a guess. */
  | { readonly ok: true; readonly value: null; readonly mode: number }
  | { readonly ok: false; readonly error: string };

/**
 * Reads one extended attribute of files and folders by absolute path.
 *
 * Obligations: every path asked for is answered, under the text it was asked by. Trouble of one path is its error
 * and never another's; trouble of all is an error of each. It never throws. A symbolic link is an error.
 */
export interface AttributeReader {
  read(paths: readonly string[]): Promise<ReadonlyMap<string, AttributeReading>>;
}
