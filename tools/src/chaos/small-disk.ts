import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdirSync, openSync, readdirSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const megabyte = 1_048_576;

/** A file system of its own for a server's data, so that it can run full without anybody else's doing so. In memory, as large as it is used. */
export class SmallDisk {
  private constructor(private readonly folder: string) {}

  /** @returns undefined when this process may not mount one */
  static mount(folder: string, megabytes: number): SmallDisk | undefined {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'lianban-chaos', folder], { stdio: 'ignore' });
      return new SmallDisk(folder);
    } catch {
      return undefined;
    }
  }

  get freeMegabytes(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return Math.floor((bavail * bsize) / megabyte);
  }

  /** Leaves not a byte. */
  fill(): void {
    const file = openSync(join(this.folder, 'ballast'), 'w');
    try {
      for (const piece of [Buffer.alloc(megabyte), Buffer.alloc(4_096)]) while (tookIt(file, piece)) { /* until it is full */ }
    } finally {
      closeSync(file);
    }
  }

  clear(): void {
    const ballast = join(this.folder, 'ballast');
    closeSync(truncated(ballast));
    rmSync(ballast, { force: true });
  }

  unmount(): void {
    unmountFolder(this.folder);
  }
}

const tookIt = (file: number, piece: Buffer): boolean => {
  try {
    return writeSync(file, piece) > 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
};

const truncated = (path: string): number => {
  const file = openSync(path, 'a');
  ftruncateSync(file, 0);
  return file;
};

const unmountFolder = (folder: string): void => {
  try {
    execFileSync('umount', ['-l', folder], { stdio: 'ignore' });
  } catch { /* nothing was mounted there */ }
};

/** Unmounts what lies below a run's folder and removes it. */
export const removeRunFolder = (folder: string): void => {
  let entries: string[] = [];
  try {
    entries = readdirSync(folder);
  } catch { /* never made, or gone */ }
  for (const entry of entries) unmountFolder(join(folder, entry));
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
};
