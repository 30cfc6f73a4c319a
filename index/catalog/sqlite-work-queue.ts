import { type Kysely, sql } from 'kysely';
import { type ShareId, shareId } from '../../acl/index.ts';
import type { ListedFile } from '../../ingest/index.ts';
import type { CatalogTables } from './schema.ts';
import { WORK, type WorkCounts, type WorkItem, type WorkQueue } from './work-queue.ts';

export class SqliteWorkQueue implements WorkQueue {
  readonly #db: Kysely<CatalogTables>;

  constructor(db: Kysely<CatalogTables>) {
    this.#db = db;
  }

  async add(items: readonly WorkItem[], now: number): Promise<void> {
    if (items.length === 0) return;
    const rows = items.map(({ share, file, priority, attempts, due }) => {
      const { path, fileId, size, modified, changed } = file;
      return [share, path, fileId, size, modified, changed, priority, attempts, due];
    });
    await sql`insert into work (share, path, file_id, size, modified, changed, priority, attempts, due, added)
      select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
        value ->> 7, value ->> 8, ${now}
      from json_each(${JSON.stringify(rows)}) where true
      on conflict (share, path) do update set
        file_id = excluded.file_id, size = excluded.size, modified = excluded.modified,
        changed = excluded.changed, priority = min(priority, excluded.priority),
        due = excluded.due`.execute(this.#db);
  }

  async take(
    now: number,
    limit: number,
    busy: readonly { share: ShareId; path: string }[],
  ): Promise<WorkItem[]> {
    const taken = JSON.stringify(busy.map(({ share, path }) => `${share}/${path}`));
    const rows = await this.#db
      .selectFrom('work')
      .selectAll()
      .where('due', '<=', now)
      .where(sql<boolean>`share || '/' || path not in (select value from json_each(${taken}))`)
      .orderBy('priority')
      .orderBy('size')
      .orderBy('path')
      .limit(limit)
      .execute();
    return rows.map(toItem);
  }

  async done(share: ShareId, paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    await sql`delete from work where share = ${share}
      and path in (select value from json_each(${JSON.stringify(paths)}))`.execute(this.#db);
  }

  async postpone(share: ShareId, path: string, due: number): Promise<void> {
    await this.#db
      .updateTable('work')
      .set(({ eb }) => ({ due, attempts: eb('attempts', '+', 1) }))
      .where('share', '=', share)
      .where('path', '=', path)
      .execute();
  }

  async movedTo(
    share: ShareId,
    { fileId, size, modified }: Pick<ListedFile, 'fileId' | 'size' | 'modified'>,
  ): Promise<WorkItem[]> {
    const rows = await this.#db
      .selectFrom('work')
      .selectAll()
      .where('share', '=', share)
      .where('file_id', '=', fileId)
      .where('size', '=', size)
      .where('modified', '=', modified)
      .orderBy('path')
      .execute();
    return rows.map(toItem);
  }

  async counts(now: number): Promise<WorkCounts> {
    const counted = await sql<{
      waiting: number;
      due: number;
      nextDue: number | null;
      oldest: number | null;
      again: number;
      saved: number;
    }>`select count(*) as waiting, count(*) filter (where due <= ${now}) as due,
        min(due) filter (where due > ${now}) as nextDue,
        min(case when attempts > 0 then max(added, due) else added end) filter (where due <= ${now}) as oldest,
        count(*) filter (where attempts > 0) as again,
        count(*) filter (where attempts = 0 and priority = ${WORK.saved}) as saved
      from work`.execute(this.#db);
    const [row] = counted.rows;
    if (row === undefined) throw new Error('a count gave no row');
    const { again, saved, ...counts } = row;
    return { ...counts, kinds: { saved, found: counts.waiting - saved - again, again } };
  }

  async clear(share: ShareId): Promise<void> {
    await this.#db.deleteFrom('work').where('share', '=', share).execute();
  }
}

function toItem(row: CatalogTables['work']): WorkItem {
  const { path, file_id: fileId, size, modified, changed, priority, attempts, due } = row;
  return {
    share: shareId(row.share),
    file: { path, fileId, size, modified, changed },
    priority,
    attempts,
    due,
  };
}
