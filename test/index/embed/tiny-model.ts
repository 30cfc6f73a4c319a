import { join } from 'node:path';
import { type ModelProfile, profileOf } from '../../../index/embed/profiles.ts';

/** The model that `scripts/make-tiny-model.ts` wrote. */
export const TINY_FOLDER = join(import.meta.dirname, '../../models/tiny-embedder');

export const TINY: ModelProfile = profileOf({ model: 'ntk/tiny-embedder', dimensions: 48, pooling: 'mean' });
