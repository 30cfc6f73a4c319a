/** Lower-case extension without the dot; empty when the name has none. */
export function extensionOf(name: string): string {
  return /[^/\\.][^/\\]*\.([^./\\]{1,16})$/.exec(name)?.[1]?.toLowerCase() ?? '';
}
