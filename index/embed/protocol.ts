/** Where the child finds the model. A folder is never completed from the network, a cache only with `download`. */
export type ModelSource =
  | { readonly from: 'folder'; readonly folder: string }
  | {
      readonly from: 'cache';
      readonly cacheDir: string;
      readonly download: boolean;
      readonly remoteHost?: string;
    };

export interface LoadRequest<Profile> {
  readonly profile: Profile;
  readonly source: ModelSource;
  /** CPU threads of one model run. */
  readonly threads: number;
  /** Tokens of one batch, padding counted. */
  readonly batchTokens: number;
}

/** What an embedding child is given at a time. */
export interface EmbedWork {
  readonly kind: 'query' | 'passage';
  /** Prefixed and cut to a sane size by the parent. */
  readonly texts: readonly string[];
}

export type ToChild<Profile, Work> =
  | ({ readonly type: 'load' } & LoadRequest<Profile>)
  | { readonly type: 'work'; readonly id: number; readonly work: Work }
  | { readonly type: 'cancel'; readonly id: number };

/** Download progress of one file. `total` is 0 where the server does not tell. */
export interface FileProgress {
  readonly file: string;
  readonly loaded: number;
  readonly total: number;
}

/** `alive` follows each step of work and each `cancel`: a parent that hears nothing for long knows that the child hangs. */
export type FromChild =
  | { readonly type: 'ready' }
  | { readonly type: 'load-failed'; readonly failure: LoadFailure }
  | ({ readonly type: 'progress' } & FileProgress)
  | { readonly type: 'alive' }
  | { readonly type: 'numbers'; readonly id: number; readonly numbers: Float32Array }
  | { readonly type: 'failed'; readonly id: number; readonly reason: string };

export interface LoadFailure {
  readonly code: 'model-missing' | 'model-broken';
  readonly reason: string;
}
