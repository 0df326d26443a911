/** Versions without gaps or copies in the stores; the same events in the same order in the topic. */
import { grouped, type PublishedEvent, type StoredEvent, type Violation } from './history.js';

const streamOf = ({ source, streamId }: { source: string; streamId: string }) => `${source} ${streamId}`;

export const checkStreams = (events: readonly StoredEvent[], published: readonly PublishedEvent[]): Violation[] => {
  const violations: Violation[] = [];
  const stored = grouped(events, streamOf);
  const inTopic = grouped(published, streamOf);
  for (const [stream, list] of stored) {
    const caseId = list[0]?.streamId ?? '?';
    const versions = list.map(({ version }) => version).sort((a, b) => a - b);
    const gap = versions.findIndex((version, index) => version !== index + 1);
    if (gap >= 0) violations.push({ check: 'versions follow each other in the store', caseId, detail: `${stream}: ${versions.join(', ')}` });
    const problem = topicProblem(list, inTopic.get(stream) ?? []);
    if (problem) violations.push({ check: 'versions follow each other in the topic', caseId, detail: `${stream}: ${problem}` });
  }
  for (const [stream, list] of inTopic) {
    if (!stored.has(stream)) violations.push({ check: 'the topic has only what a store has', caseId: list[0]?.streamId ?? '?', detail: `${stream}: ${list.length} messages` });
  }
  return violations;
};

/** Copies are allowed (at least once), but not before the original, and not of another event. */
const topicProblem = (stored: readonly StoredEvent[], messages: readonly PublishedEvent[]): string | undefined => {
  if (new Set(messages.map(({ partition }) => partition)).size > 1) return 'spread over partitions';
  const idOf = new Map(stored.map(({ version, id }) => [version, id]));
  let next = 1;
  for (const { version, id, offset } of [...messages].sort((a, b) => a.offset - b.offset)) {
    if (idOf.get(version) !== id) return `offset ${offset} has version ${version} as another event than the store`;
    if (version > next) return `offset ${offset} has version ${version} before version ${next}`;
    if (version === next) next += 1;
  }
  return next > stored.length ? undefined : `ends with version ${next - 1}, the store has ${stored.length}`;
};
