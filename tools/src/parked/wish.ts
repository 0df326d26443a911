import { maskText, serviceNames, type ServiceName } from '@lianban/contracts';
import { StartupProblem } from '../infrastructure/startup-problem.js';

export type Wish =
  | { readonly what: 'list'; readonly services: readonly ServiceName[] }
  | { readonly what: 'retry' | 'skip'; readonly service: ServiceName; readonly subject: string; readonly reason: string | null };

const usage = `Usage: npm run parked -- list [SERVICE] | retry SERVICE CASE | skip SERVICE CASE --reason TEXT. Services: ${serviceNames.join(', ')}`;
const longestReason = 500;

/** @throws StartupProblem with one line that says what is wrong */
export function parseWish(args: readonly string[]): Wish {
  const [what, name, subject, ...more] = args;
  if (what !== 'list' && what !== 'retry' && what !== 'skip') throw new StartupProblem(usage);
  const service = serviceNames.find((each) => each === name);
  if (name !== undefined && !service) throw new StartupProblem(`There is no service "${name}". ${usage}`);
  if (what === 'list') {
    if (subject !== undefined) throw new StartupProblem(usage);
    return { what, services: service ? [service] : serviceNames };
  }
  if (!service || !subject || subject.startsWith('-')) throw new StartupProblem(`Which service, and which case? ${usage}`);
  if (what === 'retry') {
    if (more.length > 0) throw new StartupProblem(usage);
    return { what, service, subject, reason: null };
  }
  const [flag, ...words] = more;
  const reason = flag === '--reason' ? words.join(' ').trim() : '';
  if (!reason) throw new StartupProblem('Say why the event is given up: --reason TEXT. It is kept with the event.');
  if (reason.length > longestReason) throw new StartupProblem(`The reason is longer than ${longestReason} characters.`);
  return { what, service, subject, reason: maskText(reason) };
}
