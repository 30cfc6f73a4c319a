/** What is wrong with the disk or the files of the data folder, and what mends it. */
export interface StorageFault {
  readonly what: string;
  readonly mend: string;
}

/** Words for what the store and the catalog throw where they cannot write; null for anything else. */
export function storageFault(error: unknown, folder: string): StorageFault | null {
  const message = error instanceof Error ? error.message : String(error);
  if (/ENOSPC|EDQUOT|No space left|database or disk is full|disk full/i.test(message)) {
    return { what: `the disk of the data folder ${folder} is full`, mend: 'make room' };
  }
  if (/database (table )?is locked/i.test(message)) {
    return {
      what: `another process keeps the catalog in ${folder} locked`,
      mend: 'end what copies or opens catalog.sqlite',
    };
  }
  if (/EROFS|EACCES|read-?only|Permission denied/i.test(message)) {
    return {
      what: `the data folder ${folder} cannot be written (${message.split('\n')[0]})`,
      mend: 'mend its permissions or its mount, or set data to another folder',
    };
  }
  if (
    /disk I\/O error|\bEIO\b|ENOTDIR|unable to open database file|LanceError\(IO\)|\(os error \d+\)/i.test(
      message,
    )
  ) {
    return {
      what: `the data folder ${folder} cannot be used (${message.split('\n')[0]})`,
      mend: 'check its disk, and restore a backup where a file is damaged',
    };
  }
  if (/lance ?error/i.test(message)) {
    return {
      what: `the passages in ${folder} cannot be read (${message.split('\n')[0]})`,
      mend: 'restore a backup, or remove the folder chunks there, run `ntk doctor --mend` and `ntk ingest`,',
    };
  }
  return null;
}

/** For a command that ended by it. */
export function storageFaultText({ what, mend }: StorageFault): string {
  return `${what}: ${mend} and run the command again; what was written before is whole`;
}
