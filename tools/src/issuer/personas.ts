import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '@lianban/contracts';
import { checkout } from '../checkout.js';
import { StartupProblem } from '../infrastructure/startup-problem.js';

/** Claims of a development persona; the account name is made up and names nobody. */
export interface PersonaClaims { sub: string; role: Role; name?: string; department?: string; import?: true }

/** What each persona is for, in the order shown to people. */
export const personas: readonly { name: string; role: Role; purpose: string }[] = [
  { name: 'requester', role: 'requester', purpose: 'resident or firm: registers a demand 居民/企业' },
  { name: 'intake', role: 'intake', purpose: 'intake clerk: accepts, contacts, refuses, settles on the spot 受理员' },
  { name: 'coordinator', role: 'coordinator', purpose: 'dispatches to departments 派单员' },
  { name: 'operator:DEPARTMENT', role: 'operator', purpose: 'a department signs, works, completes; e.g. operator:housing 承办单位' },
  { name: 'head:DEPARTMENT', role: 'head', purpose: 'head of a department: grants its first extension 单位负责人' },
  { name: 'grid', role: 'grid', purpose: 'grid worker, building head or park head: enters visits 网格员/楼栋长/园区长' },
  { name: 'specialist', role: 'specialist', purpose: 'specialist of a portfolio: visits firms, does errands for them 专员' },
  { name: 'callback', role: 'callback', purpose: 'call-back agent: asks whether it is solved 回访员' },
  { name: 'supervisor', role: 'supervisor', purpose: 'reads everything, watches deadlines 督办' },
  { name: 'analyst', role: 'analyst', purpose: 'reads insight and rates 分析员' },
  { name: 'integrator', role: 'integrator', purpose: 'another system of the city 对接系统' },
  { name: 'admin', role: 'admin', purpose: 'may do all, imports included 管理员' },
];

/**
 * The claims of a persona by its name on the command line.
 * @throws StartupProblem listing the valid names, or the known departments
 */
export function claimsOf(name: string, mayImport: boolean, departments: () => readonly string[] = departmentCodes): PersonaClaims {
  const importing = (claims: PersonaClaims): PersonaClaims => (mayImport || claims.role === 'admin' ? { ...claims, import: true } : claims);
  const role = (['operator', 'head'] as const).find((each) => name.split(':')[0] === each);
  if (role) {
    const department = name.slice(role.length + 1);
    if (departments().includes(department)) return importing({ sub: `dev-${role}-${department}`, role, department });
    throw new StartupProblem(`${role === 'head' ? 'A head' : 'An operator'} needs a known department, as in ${role}:housing. Departments: ${departments().join(', ')}`);
  }
  const persona = personas.find((each) => each.name === name);
  if (!persona) throw new StartupProblem(`Unknown persona "${name}". Choose one of: ${personas.map((each) => each.name).join(', ')}`);
  return importing({ sub: `dev-${persona.name}`, role: persona.role });
}

/**
 * The claims in the hands of a person. The account follows from the name alone: one person stays the same one in every role.
 * @throws StartupProblem when the name is blank or too long
 */
export function asPerson(claims: PersonaClaims, name: string): PersonaClaims {
  const person = name.trim();
  if (!person || person.length > 100) throw new StartupProblem('--as needs a name of 1 to 100 characters, as in --as "Li Wei"');
  return { ...claims, sub: `dev-person-${person}`, name: person };
}

/** The departments and other handling units of the reference data. */
function departmentCodes(): string[] {
  const file = join(checkout, 'apps', 'dispatch', 'data', 'departments.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { code: string }[]).map(({ code }) => code);
}
