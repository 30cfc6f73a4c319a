import { Command } from 'commander';

export function serveCommand(): Command {
  return new Command('serve');
}

export function mcpCommand(): Command {
  return new Command('mcp');
}
