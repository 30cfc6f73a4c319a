import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { principalId } from '../../../acl/index.ts';
import { type AuditRecord, FileAudit } from '../../../src/governance/index.ts';
import { tempFolder } from '../../support/temp-folder.ts';

describe('FileAudit', () => {
  const record: AuditRecord = {
    at: '2026-01-01T00:00:00.000Z',
    user: principalId('user:bob\n{"forged":1}'),
    via: 'cli',
    tool: 'search',
    outcome: 'ok',
    cited: ['a'],
    milliseconds: 1,
  };

  it('writes each record as one line, whatever stands in it', async () => {
    const path = join(tempFolder(), 'audit', 'documents.jsonl');
    const log = new FileAudit(path);
    await Promise.all(Array.from({ length: 50 }, () => log.write(record)));
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(50);
    expect(lines.map((line) => JSON.parse(line))).toEqual(lines.map(() => record));
  });

  it('rejects when it cannot be written', async () => {
    const file = join(tempFolder(), 'file');
    writeFileSync(file, '');
    await expect(new FileAudit(join(file, 'audit.jsonl')).write(record)).rejects.toThrow();
  });
});
