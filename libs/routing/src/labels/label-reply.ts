/**
 * Which department a reply speaks for: the one it names, when it names no other and says that this one acted or will act.
 * Used to measure, and to train from messages that come with replies. Everything doubtful is no label: a few good ones say more than many.
 */
import { departmentNames, jointBureaus, unclearBureaus } from './department-names.js';

export interface Replied { readonly title: string; readonly text: string; readonly reply: string }
export const evidenceKinds = ['handed over', 'signed', 'named twice', 'telephone', 'acted'] as const;
export type Evidence = (typeof evidenceKinds)[number];
export interface ReplyLabel { readonly department: string; readonly evidence: readonly Evidence[] }

interface Name { readonly name: string; readonly department: string; readonly otherwise?: { readonly department: string; readonly words: RegExp } }
const names = ([
  ...unclearBureaus.map((name) => ({ name, department: 'unclear' })),
  ...jointBureaus.map(({ name, first, second, words }) => ({ name, department: first, otherwise: { department: second, words: new RegExp(words, 'u') } })),
  ...Object.entries(departmentNames).flatMap(([department, list]) => list.map((name) => ({ name, department }))),
] satisfies Name[] as Name[]).map((entry) => ({ ...entry, pattern: new RegExp(entry.name, 'gu') }));

/** Ministries and bureaus of the province make rules; they don't act on a message. */
const higher = /(?:国家|中央|省|全国|中华人民共和国|原)$/u;
/** A place or a thing that is named after a department. */
const namedAfter = /^(?:总局|宿舍|家属|小区|旁|路口|对面|门口|院内|大楼|附近|后面|住宅|片区|安置|路段|原址|令|网站|官网|门户)/u;
/** Who approved, wrote or filed something did not act on this message. Such a mention still counts as a second department. */
const onlySpokenOf = /^(?:关于|批准|审批|备案|印发|下发|规定|文件|出台|颁发|颁布|制定|的(?:规定|文件|通知|批复|要求|政策|相关规定)|相关规定|有关规定|报警|报案|同意|批复|令|规划审批|承诺|申报|详细|.{0,4}报案|.{0,4}立案时|、|等)/u;
/** A list of duties without the word bureau: several departments went there together. */
const together = /[\u4e00-\u9fff]{2,6}、[\u4e00-\u9fff、]{2,40}(?:等)?(?:多个|多家|相关|有关|职能)*部门/u;

interface Mention { readonly department: string; readonly from: number; readonly to: number }

/** Mentions from left to right; of overlapping ones the longest counts. */
const mentionsIn = ({ title, reply }: Replied): Mention[] => {
  const found = names.flatMap(({ department, pattern, otherwise }) => [...reply.matchAll(pattern)].map((match) => {
    const meant = otherwise?.words.test(title) ? otherwise.department : department;
    return { department: meant, from: match.index, to: match.index + match[0].length };
  }));
  found.sort((a, b) => (b.to - b.from) - (a.to - a.from));
  const kept: Mention[] = [];
  for (const one of found) {
    if (kept.some((other) => one.from < other.to && other.from < one.to)) continue;
    kept.push(one);
  }
  return kept
    .filter(({ from, to }) => !higher.test(reply.slice(Math.max(0, from - 8), from)) && !namedAfter.test(reply.slice(to, to + 6)))
    .sort((a, b) => a.from - b.from);
};

const handed = /(?:转交?|交办?|交由|转至|转由|转给|责成|由|经|(?<![根依])据|安排|督促|要求|派|函|报告?|协调|组织|委托|移交|批转|交予|给)(?:至|给|到|请)?[^，。；：、\s]{0,6}$/u;
const acts = /^[^，。；]{0,12}(?:回复|答复|核实|核查|调查|办理|处理|负责|工作人员|执法人员|民警|表示|介绍|组织|牵头|安排|派|查处|处置|阅处|督办|核处|调处|跟踪|已|将|反馈|高度重视|认真)/u;
const telephone = /(?:电话|热线|联系|咨询|致电|拨打|0000)/u;

const evidenceOf = (reply: string, mentions: readonly Mention[]): Evidence[] => {
  const end = reply.trimEnd().length;
  const found = new Set<Evidence>();
  const speaking = mentions.filter(({ to }) => !onlySpokenOf.test(reply.slice(to, to + 8)));
  if (speaking.length > 1) found.add('named twice');
  for (const { from, to } of speaking) {
    const before = reply.slice(Math.max(0, from - 20), from);
    const after = reply.slice(to, to + 24);
    if (handed.test(before)) found.add('handed over');
    if (acts.test(after)) found.add('acted');
    if (telephone.test(reply.slice(to, to + 60)) || /(?:联系|咨询|致电|拨打|询问)[^，。；]{0,10}$/u.test(before)) found.add('telephone');
    if (end - to < 24 && /^[\s\d年月日二〇○零一三四五六七八九十．.，。、（）()]*$/u.test(reply.slice(to).trim())) found.add('signed');
  }
  return evidenceKinds.filter((kind) => found.has(kind));
};

/** Undefined when the reply names no department, several, or one that it only speaks of. */
export const labelReply = (message: Replied): ReplyLabel | undefined => {
  const reply = message.reply.replace(/《[^》]{0,80}》/gu, '《》').replace(/_x000D_|\s+/gu, '');
  const mentions = mentionsIn({ ...message, reply });
  const departments = new Set(mentions.map(({ department }) => department));
  const [department] = departments;
  if (departments.size !== 1 || !department || department === 'unclear') return undefined;
  const evidence = evidenceOf(reply, mentions);
  if (together.test(reply) && !evidence.some((kind) => kind === 'signed' || kind === 'handed over')) return undefined;
  return evidence.length > 0 ? { department, evidence } : undefined;
};
