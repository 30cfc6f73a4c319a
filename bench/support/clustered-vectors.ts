import { seeded } from './zipf-text.ts';

export interface ClusteredVectors {
  /** A unit vector near the centre of some topic; larger topics come more often. */
  next(): Float32Array;
}

export interface ClusterOptions {
  readonly dimensions: number;
  readonly clusters: number;
  /** Of the centres: the same seed puts topics in the same places. */
  readonly seed: number;
  /** Of the points around them. */
  readonly pointSeed: number;
}

/** Distance of points from their centre, in lengths of the centre: texts of one topic are alike, not equal. */
const SPREAD = 0.7;

/** Vectors as models give them for texts: topics of unequal size, points around each. */
export function clusteredVectors({
  dimensions,
  clusters,
  seed,
  pointSeed,
}: ClusterOptions): ClusteredVectors {
  const place = gaussian(seeded(seed));
  const centres = Array.from({ length: clusters }, () =>
    unit(Float32Array.from({ length: dimensions }, place)),
  );
  const random = seeded(pointSeed);
  const noise = gaussian(random);
  const scale = SPREAD / Math.sqrt(dimensions);
  return {
    next: () => {
      const centre = centres[Math.floor(random() ** 2 * clusters)] ?? new Float32Array(dimensions);
      return unit(centre.map((value) => value + scale * noise()));
    },
  };
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

/** Normally distributed numbers (Box and Muller). */
function gaussian(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
