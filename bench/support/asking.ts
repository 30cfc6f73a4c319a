import { type Answering, type Core, openAnswering, openCore } from '../../src/compose/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import type { Caller } from '../../src/governance/index.ts';
import { DOCUMENTS_READ } from '../../src/tools/index.ts';

/** The rows a question gives, as every face gets them. */
export type Answer = Awaited<ReturnType<Answering['tools']['searchDocuments']['run']>>;

export interface Asking {
  readonly core: Core;
  readonly mode: string;
  /** Asks as a person through gate and tool. @throws {Error} when the call is refused */
  ask(
    login: string,
    input: { readonly query: string; readonly limit: number; readonly path?: string },
  ): Promise<Answer>;
  close(): Promise<void>;
}

const PUBLIC_URL = 'http://127.0.0.1:7700';

/** Opens an index the way every face does. */
export async function openAsking(config: string): Promise<Asking> {
  const core = await openCore(await loadConfig(config));
  const answering = await openAnswering(core, {
    publicUrl: PUBLIC_URL,
    onFault: (tool, error) => console.error(tool, error),
  });
  if (answering.modelTrouble !== null) console.error(answering.modelTrouble);
  const callers = new Map<string, Caller>();
  const callerOf = async (login: string): Promise<Caller> => {
    const known = callers.get(login);
    if (known !== undefined) return known;
    const user = await core.userOf(login);
    if (user === null) throw new Error(`no user ${login}`);
    const caller: Caller = { user, scopes: new Set([DOCUMENTS_READ]), via: 'cli' };
    callers.set(login, caller);
    return caller;
  };
  return {
    core,
    mode: answering.mode(),
    ask: async (login, input) => {
      const result = await answering.gate.call(answering.tools.searchDocuments, await callerOf(login), input);
      if (!result.ok) throw new Error(`${result.refusal.kind}: ${result.refusal.message}`);
      return result.output;
    },
    close: async () => {
      await answering.close();
      await core.close();
    },
  };
}
