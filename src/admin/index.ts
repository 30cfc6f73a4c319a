/** What operators ask: state, health, and why somebody can or cannot read something. */
export { examine } from './doctor.ts';
export { evaluate, evaluateLines } from './evaluate.ts';
export { explain, whoCanRead } from './explain.ts';
export type { Finding } from './finding.ts';
export { writeInitialConfig } from './init.ts';
export { locate } from './locate.ts';
export { refusalText } from './refusal-text.ts';
export {
  type ShownGroup,
  type ShownName,
  showGroup,
  showPerson,
  whoIsMeant,
} from './show-principal.ts';
export { type Status, status } from './status.ts';
export { surroundings } from './surroundings.ts';
