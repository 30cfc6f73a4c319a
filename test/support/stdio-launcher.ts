/** Serves the documents of a configuration over stdio: `node stdio-launcher.ts CONFIG USER`. */
import { openAnswering, openCore } from '../../src/compose.ts';
import { loadConfig } from '../../src/config/index.ts';
import { serveDocumentsStdio } from '../../src/mcp/index.ts';

const [, , configFile = '', login = ''] = process.argv;
const onFault = (where: string, error: unknown): void => console.error(where, error);
const core = await openCore(await loadConfig(configFile));
const { tools, gate } = await openAnswering(core, { publicUrl: 'http://documents.example', onFault });
const user = await core.userOf(login);
if (user === null) throw new Error(`there is no user ${login}`);
const caller = { user, scopes: new Set(['documents:read']), via: 'stdio' } as const;
serveDocumentsStdio({ tools, gate, version: '1.2.3', caller, onFault });
