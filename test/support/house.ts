import { type Answering, type Core, openAnswering } from '../../src/compose/index.ts';
import { type RunningServer, startServing } from '../../src/compose/serving.ts';
import { type Door, functionDoor, mcpDoor, restDoor } from './doors.ts';

/** An ingested company with all its faces open. */
export interface House {
  readonly core: Core;
  readonly answering: Answering;
  readonly server: RunningServer;
  /** The functions, REST and MCP, in this order. */
  readonly doors: readonly [Door, Door, Door];
  /** Closes the faces; the core stays with whoever opened it. */
  close(): Promise<void>;
}

/** Opens every face over a core; a fault anywhere fails the test. */
export async function openHouse(core: Core): Promise<House> {
  const publicUrl = 'http://documents.example';
  const onFault = (where: string, error: unknown): never => {
    throw new Error(`fault in ${where}`, { cause: error });
  };
  const answering = await openAnswering(core, { publicUrl, onFault });
  const server = await startServing(core, answering, {
    host: '127.0.0.1',
    port: 0,
    publicUrl,
    version: 'test',
    onFault,
  });
  const mcp = mcpDoor(core, server.url);
  return {
    core,
    answering,
    server,
    doors: [functionDoor(answering), restDoor(core, server.url), mcp],
    async close() {
      await mcp.close();
      await server.close();
      await answering.close();
    },
  };
}
