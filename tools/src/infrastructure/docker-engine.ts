import { existsSync } from 'node:fs';
import { request, type RequestOptions } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Whether a Docker engine answers its ping. A client on the path says nothing: it is often there without an engine. */
export async function dockerEngineAnswers(): Promise<boolean> {
  for (const target of targets()) if (await pings(target)) return true;
  return false;
}

function targets(): RequestOptions[] {
  const given = process.env.DOCKER_HOST;
  if (given?.startsWith('unix://')) return [{ socketPath: given.slice('unix://'.length) }];
  if (given?.startsWith('tcp://')) {
    const { hostname, port } = new URL(given.replace('tcp://', 'http://'));
    return [{ host: hostname, port: port || 2375 }];
  }
  const runtimeDir = process.env.XDG_RUNTIME_DIR;
  return ['/var/run/docker.sock', join(homedir(), '.docker', 'run', 'docker.sock'), ...(runtimeDir ? [join(runtimeDir, 'docker.sock')] : [])]
    .filter((socketPath) => existsSync(socketPath)).map((socketPath) => ({ socketPath }));
}

function pings(target: RequestOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ ...target, path: '/_ping', timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(false));
    asked.end();
  });
}
