/** Structured data of any notation: what JSON and XML have in common. */
export type DataNode =
  | { readonly kind: 'leaf'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly DataNode[] }
  | { readonly kind: 'fields'; readonly entries: readonly (readonly [string, DataNode])[] };

export const leaf = (text: string): DataNode => ({ kind: 'leaf', text });

/** Deeper data is not read: people do not nest so, attacks do. */
export const MAX_DATA_DEPTH = 64;
