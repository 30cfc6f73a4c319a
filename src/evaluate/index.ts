/** How good search is on a set of judged questions. Pure but for reading sets; the parts are joined in `src/compose`. */
export { askAll, type Judged, RANKED, type Searching, SHOWN } from './ask-all.ts';
export { type Comparison, compare } from './compare.ts';
export { EvaluationError } from './evaluation-error.ts';
export { average, judge, MEASURES, type Passage, type Question, type Scores } from './judge.ts';
export { perQueryText, readPerQuery } from './per-query.ts';
export { type EvaluationSet, readSet, type SetOptions } from './read-set.ts';
export { writeUnits } from './unit-files.ts';
