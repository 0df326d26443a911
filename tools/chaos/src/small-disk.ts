import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const megabyte = 1_048_576;
const ballast = 'ballast-';
const filesAtMost = 20;

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

  /** Leaves not a page free; false where it never got there. By another process, since filling memory takes a moment in which ours would stand still, proxies and all. */
  async fill(): Promise<boolean> {
    for (let number = 0; number < filesAtMost; number += 1) {
      const { bavail, bsize } = statfsSync(this.folder);
      if (bavail === 0) return true;
      // Whoever writes meanwhile leaves less than was free a moment ago; the next file takes the rest.
      await run('fallocate', ['-l', String(bavail * bsize), join(this.folder, `${ballast}${number}`)]).catch(() => undefined);
    }
    return false;
  }

  clear(): void {
    for (const file of readdirSync(this.folder).filter((name) => name.startsWith(ballast))) rmSync(join(this.folder, file));
  }

  unmount(): void {
    unmountFolder(this.folder);
  }
}

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
