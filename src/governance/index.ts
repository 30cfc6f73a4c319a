/** What every tool call passes. */
export { type AuditLog, type AuditRecord, FileAudit } from './audit.ts';
export { type CallResult, Gate, type GateDeps } from './gate.ts';
export { httpStatus, NOT_FOUND, type Refusal, Refused } from './refusal.ts';
export { type CallContext, type Caller, defineTool, type Tool } from './tool.ts';
export { type TurnLimits, Turns, turnLimits } from './turns.ts';
