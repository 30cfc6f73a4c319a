import type { EmbedderError } from './embedder.ts';
import type { ModelProfile } from './profiles.ts';

/** Where the child finds the model. A folder is never completed from the network, a cache only with `download`. */
export type ModelSource =
  | { readonly from: 'folder'; readonly folder: string }
  | {
      readonly from: 'cache';
      readonly cacheDir: string;
      readonly download: boolean;
      readonly remoteHost?: string;
    };

export interface LoadRequest {
  readonly profile: ModelProfile;
  readonly source: ModelSource;
  /** CPU threads of one model run. */
  readonly threads: number;
  /** Tokens of one batch, padding counted. */
  readonly batchTokens: number;
}

export interface EmbedRequest {
  readonly id: number;
  readonly kind: 'query' | 'passage';
  /** Prefixed and cut to a sane size by the parent. */
  readonly texts: readonly string[];
}

export type ToChild =
  | ({ readonly type: 'load' } & LoadRequest)
  | ({ readonly type: 'embed' } & EmbedRequest)
  | { readonly type: 'cancel'; readonly id: number };

/** Download progress of one file. `total` is 0 where the server does not tell. */
export interface FileProgress {
  readonly file: string;
  readonly loaded: number;
  readonly total: number;
}

/** `alive` follows each step of work: a parent that hears nothing for long knows that the child hangs. */
export type FromChild =
  | { readonly type: 'ready' }
  | { readonly type: 'load-failed'; readonly failure: LoadFailure }
  | ({ readonly type: 'progress' } & FileProgress)
  | { readonly type: 'alive' }
  | { readonly type: 'vectors'; readonly id: number; readonly vectors: Float32Array }
  | {
      readonly type: 'failed';
      readonly id: number;
      readonly code: EmbedderError['code'];
      readonly reason: string;
    };

export interface LoadFailure {
  readonly code: 'model-missing' | 'model-broken';
  readonly reason: string;
}
