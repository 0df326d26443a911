/** What the clients were told, held against the streams: nothing acknowledged is missing or doubled, nothing refused is there. */
import type { EventEnvelope, Source } from '@lianban/contracts';
import { commands, grouped, verdictOf, type History, type Operation, type Violation } from './history.js';

/** Whether an event is about what the command named. */
const isAbout = ({ data, metadata: { streamId } }: EventEnvelope, { command, subject, milestone, attempts }: Operation): boolean => {
  const { workOrderId, callBackId, milestone: reached } = data as { workOrderId?: string; callBackId?: string; milestone?: string };
  const isOfCase = 'ofCase' in commands[command] && attempts.every(({ answer }) => answer?.caseId === undefined || answer.caseId === streamId);
  return (subject === undefined || isOfCase || [streamId, workOrderId, callBackId].includes(subject)) && (milestone === undefined || reached === milestone);
};

export const checkCommands = ({ operations, reads }: History, events: readonly EventEnvelope[]): Violation[] => {
  const violations: Violation[] = [];
  const found = (check: string, caseId: string, detail: string) => violations.push({ check, caseId, detail });
  const byCause = grouped(events.filter(({ metadata }) => metadata.actor.role !== 'system'), ({ metadata }) => metadata.causationId);
  const lengths = new Map<string, number>();
  for (const { metadata: { source, streamId, streamVersion } } of events) lengths.set(`${source} ${streamId}`, Math.max(streamVersion, lengths.get(`${source} ${streamId}`) ?? 0));

  for (const operation of operations) {
    const written = byCause.get(operation.id) ?? [];
    const caseId = written[0]?.metadata.streamId ?? operation.attempts.find(({ answer }) => answer?.caseId)?.answer?.caseId ?? operation.subject ?? '?';
    const about = `${operation.command} ${operation.id}`;
    const { writes } = commands[operation.command];
    const main = written.filter(({ type }) => type === writes);
    if (main.length > 1) found('a command is in its stream at most once', caseId, `${about}: ${main.length} times ${writes}, versions ${main.map(({ metadata }) => metadata.streamVersion).join(', ')}`);
    if (main.some((event) => !isAbout(event, operation))) found('a command acts on what it names', caseId, `${about} wrote about something else than ${operation.milestone ?? ''} ${operation.subject}`);
    const verdict = verdictOf(operation);
    if (verdict === 'refused' && written.length > 0) {
      found('a refused command writes nothing', caseId, `${about} was refused (${operation.attempts.map(({ answer }) => answer?.code ?? answer?.status).join(', ')}) and wrote ${written.map(({ type }) => type).join(', ')}`);
    }
    if (verdict === 'acknowledged') for (const detail of lost(operation, written, main, events)) found('an acknowledged command is in its stream', caseId, `${about}: ${detail}`);
  }

  const known = new Set(operations.map(({ id }) => id));
  for (const [cause, written] of byCause) {
    if (!known.has(cause)) found('every event by a person comes from a command', written[0]?.metadata.streamId ?? '?', `${written.map(({ type }) => type).join(', ')} by nobody (cause ${cause})`);
  }
  for (const { caseId, known: seen, shown, at } of reads) {
    const when = `at ${new Date(at).toISOString()}`;
    for (const [service, version] of Object.entries(seen)) {
      const there = shown[service as Source] ?? 0;
      if (there < version) found('who shows a token sees its event', caseId, `${when} the timeline had ${there} events of ${service}, the token vouched for ${version}`);
    }
    for (const [service, there] of Object.entries(shown)) {
      if ((lengths.get(`${service} ${caseId}`) ?? 0) < there) found('the timeline shows only what is in the stores', caseId, `${when} ${there} events of ${service} were shown`);
    }
  }
  return violations;
};

const lost = (operation: Operation, written: readonly EventEnvelope[], main: readonly EventEnvelope[], events: readonly EventEnvelope[]): string[] => {
  const answers = operation.attempts.flatMap(({ answer }) => (answer && answer.status < 300 ? [answer] : []));
  const etags = [...new Set(answers.map(({ etag }) => etag))];
  if (etags.length > 1) return [`repeats were answered differently: ${etags.join(' and ')}`];
  const version = Number(/-(\d+)"$/.exec(etags[0] ?? '')?.[1]);
  const { writes, service, ...rest } = commands[operation.command];
  if (main.length > 0) {
    // A merging writes the other case too; the answer is about this one.
    const last = Math.max(...written.filter(({ metadata }) => metadata.streamId === main[0]?.metadata.streamId).map(({ metadata }) => metadata.streamVersion));
    return last === version ? [] : [`its answer says version ${version}, its last event has ${last}`];
  }
  if (!('repeatable' in rest)) return [`no ${writes}, answered ${etags[0]}`];
  const already = events.some((event) => event.metadata.source === service && event.type === writes && isAbout(event, operation) && event.metadata.streamVersion <= version);
  return already ? [] : [`answered ${etags[0]} as already so, and no ${writes} is there`];
};
